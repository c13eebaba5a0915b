// Package sarif has the part of SARIF 2.1.0 (OASIS, errata 01) that reports for code
// scanning need.
package sarif

import (
	"cmp"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"net/url"
	"strings"

	"github.com/watertight-go/watertight/internal/place"
	"github.com/watertight-go/watertight/internal/plaintext"
)

// Log is the whole document.
type Log struct {
	Schema  string `json:"$schema"`
	Version string `json:"version"`
	Runs    []Run  `json:"runs"`
}

// Run is one run of a program.
type Run struct {
	Tool        Tool                `json:"tool"`
	Automation  Automation          `json:"automationDetails"`
	Bases       map[string]Artifact `json:"originalUriBaseIds"`
	ColumnKind  string              `json:"columnKind"`
	Invocations []Invocation        `json:"invocations"`
	Results     []Result            `json:"results"`
}

// Tool is the program.
type Tool struct {
	Driver Driver `json:"driver"`
}

// Driver describes the program and its rules.
type Driver struct {
	Name           string `json:"name"`
	FullName       string `json:"fullName,omitempty"`
	Version        string `json:"version,omitempty"`
	InformationURI string `json:"informationUri"`
	Rules          []Rule `json:"rules"`
}

// Rule is what a result breaks.
type Rule struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Short   Text   `json:"shortDescription"`
	Full    Text   `json:"fullDescription"`
	Help    Text   `json:"help"`
	Default Level  `json:"defaultConfiguration"`
}

// Level is the level that results of a rule have by default.
type Level struct {
	Level string `json:"level"`
}

// Text is a message.
type Text struct {
	Text string `json:"text"`
}

// Automation tells runs of different kinds apart.
type Automation struct {
	ID string `json:"id"`
}

// Invocation says when the program ran, and how it ended.
type Invocation struct {
	Successful    bool           `json:"executionSuccessful"`
	ExitCode      int            `json:"exitCode"`
	Start         string         `json:"startTimeUtc,omitempty"`
	End           string         `json:"endTimeUtc,omitempty"`
	Notifications []Notification `json:"toolExecutionNotifications,omitempty"`
}

// Notification is about the run itself.
type Notification struct {
	Level   string `json:"level"`
	Message Text   `json:"message"`
}

// Result is one thing that was found.
type Result struct {
	RuleID       string            `json:"ruleId"`
	RuleIndex    *int              `json:"ruleIndex,omitempty"`
	Kind         string            `json:"kind"`
	Level        string            `json:"level"`
	Message      Text              `json:"message"`
	Locations    []Location        `json:"locations"`
	Related      []Location        `json:"relatedLocations,omitempty"`
	Fingerprints map[string]string `json:"partialFingerprints"`
	Properties   any               `json:"properties,omitempty"`
}

// Location is where, in the source, in the program, or both.
type Location struct {
	ID       int       `json:"id,omitempty"`
	Physical *Physical `json:"physicalLocation,omitempty"`
	Logical  []Logical `json:"logicalLocations,omitempty"`
	Message  *Text     `json:"message,omitempty"`
}

// Physical is a place in a file.
type Physical struct {
	Artifact Artifact `json:"artifactLocation"`
	Region   *Region  `json:"region,omitempty"`
}

// Artifact is a file.
type Artifact struct {
	URI         string `json:"uri,omitempty"`
	Base        string `json:"uriBaseId,omitempty"`
	Description *Text  `json:"description,omitempty"`
}

// Region is a part of a file.
type Region struct {
	StartLine int `json:"startLine"`
}

// Logical is a part of the program.
type Logical struct {
	Name string `json:"fullyQualifiedName"`
	Kind string `json:"kind"`
}

// srcRoot names the root of the repository, which files are relative to.
const srcRoot = "SRCROOT"

// New is a log of one run of this program. version is how the program names itself,
// with its version behind a space; id tells runs of different kinds apart.
func New(version, id string) Run {
	version = plaintext.Clean(version)
	tool, number, _ := strings.Cut(version, " ")
	return Run{
		Tool: Tool{Driver: Driver{Name: "watertight", FullName: version, Version: cmp.Or(number, tool),
			InformationURI: "https://github.com/watertight-go/watertight"}},
		Automation: Automation{ID: "watertight/" + strings.ReplaceAll(plaintext.Name(id), "/", "-") + "/"},
		Bases:      map[string]Artifact{srcRoot: {Description: &Text{Text: "The root of the repository."}}},
		ColumnKind: "utf16CodeUnits",
		Results:    []Result{},
	}
}

// ErrorRule is a rule whose results are errors by default. again says how to see one again.
func ErrorRule(id, name, short, full, again string) Rule {
	return Rule{ID: id, Name: name, Short: Text{Text: short}, Full: Text{Text: full}, Default: Level{Level: "error"}, Help: Text{Text: full + " " + again}}
}

// Fingerprint names a result by what stays the same from run to run.
func Fingerprint(parts ...string) map[string]string {
	h := fnv.New64a()
	_, _ = io.WriteString(h, strings.Join(parts, "\x00"))
	return map[string]string{"watertight/v1": fmt.Sprintf("%016x", h.Sum64())}
}

// Write writes a log of one run.
func Write(w io.Writer, r Run) error {
	log := Log{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []Run{r}}
	data, err := json.MarshalIndent(log, "", "  ")
	if err != nil {
		return fmt.Errorf("sarif: encode: %w", err)
	}
	if _, err := w.Write(append(data, '\n')); err != nil {
		return fmt.Errorf("sarif: write: %w", err)
	}
	return nil
}

// At is a line of source as a physical location. A file outside the repository has an
// absolute URI.
func At(s place.Site) *Physical {
	file := Artifact{URI: fileURI(s.File)}
	if s.Inside {
		file.Base = srcRoot
	}
	p := &Physical{Artifact: file}
	if s.Line > 0 {
		p.Region = &Region{StartLine: s.Line}
	}
	return p
}

// Stack makes the text of a stack safe to show.
func Stack(s string) string {
	const most = 40
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = plaintext.Limit(strings.ReplaceAll(lines[i], "\t", "    "), 4*plaintext.MostName)
	}
	if more := len(lines) - most; more > 0 {
		lines = append(lines[:most], fmt.Sprintf("... %d more lines", more))
	}
	return strings.Join(lines, "\n")
}

// fileURI is a file's name as a URI reference. An absolute name gives an absolute
// URI.
func fileURI(file string) string {
	file = plaintext.Limit(file, 8*plaintext.MostName)
	if len(file) > 2 && file[1:3] == ":/" {
		file = "/" + file // a drive
	}
	if strings.HasPrefix(file, "/") {
		return (&url.URL{Scheme: "file", Path: "/" + strings.TrimLeft(file, "/")}).String()
	}
	return (&url.URL{Path: file}).String()
}
