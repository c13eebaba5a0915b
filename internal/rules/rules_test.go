// Package rules holds the imports that each room may have, with the reason
// beside each, so that the floors of the design stay floors.
package rules

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/watertight-go/watertight/"

// room is what the code of a folder, its sub-folders included, may import
// beside the standard library; tests may import more.
type room struct {
	dir     string
	allowed map[string]string // import path prefix -> why
}

var rooms = []room{
	{"internal/mutants", map[string]string{
		module + "executor":        "what they are, and what most of them spoil",
		module + "internal/fanout": "the correct executor that the others spoil",
	}},
	{"internal/fanout", map[string]string{
		module + "executor": "it is one",
	}},
	{"internal/selftest", map[string]string{
		module + "executor":               "what the mutants are",
		module + "internal/mutants":       "the mutants",
		module + "scenarios":              "the suite that is tried",
		"github.com/alecthomas/kong":      "the command line",
		"github.com/jedib0t/go-pretty/v6": "tables",
	}},
	{"cmd/mutants", map[string]string{
		module + "internal/mutants":  "what is run",
		module + "internal/selftest": "main is that call",
	}},
	{"executor/adapt", map[string]string{
		module + "executor": "what it makes of a fan-out",
	}},
	{"executor/exhibits", map[string]string{
		module + "executor":         "the interface that they implement",
		module + "internal/nearest": "the nearest names for an unknown one",
		"golang.org/x/sync":         "errgroup is one of the exhibits",
	}},
	{"executor", map[string]string{}}, // users of the reference inherit no dependency
	{"internal/speed", map[string]string{
		module + "leak":      "what is measured",
		"go.uber.org/goleak": "beside what it is measured",
	}},
	{"internal/accuracy", map[string]string{
		module + "internal/accuracy":      "its own parts",
		module + "leak":                   "what is held to the cases and kernels",
		"go.uber.org/goleak":              "the checker that stands beside it",
		"golang.org/x/sync":               "some ways to leak lead through it; a few processes at a time",
		"github.com/jedib0t/go-pretty/v6": "tables",
	}},
	{"leak", map[string]string{
		module + "leak": "its own parser; users of leak inherit no dependency",
	}},
	{"profiles", map[string]string{
		"github.com/google/pprof/profile": "reads and writes pprof files; no other room does",
	}},
	{"mocks/openai", map[string]string{
		module + "mocks":                 "what a healthy answer says",
		module + "executor":              "it implements Runner",
		"github.com/openai/openai-go/v3": "the real client on the faulty wire",
	}},
	{"mocks", map[string]string{
		module + "executor":                "it implements Runner",
		"github.com/stretchr/testify/mock": "the generated mock",
	}},
	{"scenarios", map[string]string{
		module + "executor":                       "what is run",
		module + "mocks":                          "the faults",
		module + "leak":                           "what is left behind",
		module + "scenarios":                      "scenariotest is a room inside",
		"go.uber.org/goleak":                      "the second witness of every cell",
		"github.com/HdrHistogram/hdrhistogram-go": "latency in bounded memory",
	}},
	{"reports", map[string]string{
		module + "scenarios":                           "what is reported",
		module + "leak":                                "findings in cells",
		module + "profiles":                            "profiles in reports",
		module + "executor":                            "the clauses' titles",
		"github.com/jedib0t/go-pretty/v6":              "tables",
		"github.com/jstemmer/go-junit-report/v2/junit": "JUnit XML",
		"golang.org/x/perf/benchmath":                  "intervals of ratios",
	}},
	{"bench/cost", map[string]string{
		module + "executor": "what is measured",
		module + "leak":     "what requests leave behind",
		module + "reports":  "what the figures are stored as",
	}},
	{"bench/gate", map[string]string{
		module + "executor":               "the clauses by number",
		module + "scenarios":              "the verdicts' words",
		module + "reports":                "what is compared",
		"golang.org/x/perf":               "Mann-Whitney, and the benchmark format",
		"github.com/jedib0t/go-pretty/v6": "tables",
	}},
	{"bench/peers", map[string]string{
		module:                               "the jobs and the pairs, the suite, and the parts of a correct executor",
		"github.com/sourcegraph/conc":        "a peer",
		"github.com/alitto/pond/v2":          "a peer",
		"github.com/panjf2000/ants/v2":       "a peer",
		"github.com/failsafe-go/failsafe-go": "a peer",
		"golang.org/x/sync":                  "a peer",
		"github.com/alecthomas/kong":         "the command line",
	}},
	{"bench", map[string]string{
		module + "reports":                        "what the gate compares",
		module + "executor":                       "what is measured",
		"golang.org/x/perf/benchmath":             "intervals and p",
		"github.com/HdrHistogram/hdrhistogram-go": "overshoot in bounded memory",
	}},
	{"stress", map[string]string{
		module:                                    "it joins all rooms",
		"github.com/alecthomas/kong":              "the command line",
		"github.com/jedib0t/go-pretty/v6":         "progress",
		"golang.org/x/mod/modfile":                "the path of the module whose sources a report names",
		"golang.org/x/perf/benchmath":             "intervals of the projection",
		"golang.org/x/sys":                        "limits and process groups",
		"golang.org/x/term":                       "is it a terminal",
		"github.com/HdrHistogram/hdrhistogram-go": "latency in bounded memory",
	}},
	{"internal/gateselftest", map[string]string{
		module + "stress":   "it is that command with planted executors",
		module + "executor": "what the defects are planted in",
	}},
	{"cmd/stress", map[string]string{
		module + "stress": "main is that call",
	}},
}

func roomOf(dir string) *room {
	for i := range rooms {
		if r := &rooms[i]; dir == r.dir || strings.HasPrefix(dir, r.dir+"/") {
			return r
		}
	}
	return nil
}

// forbidden returns the imports of a source file that its room may not have.
func forbidden(r *room, imports []string) []string {
	var out []string
	for _, imp := range imports {
		first, _, _ := strings.Cut(imp, "/")
		if !strings.Contains(first, ".") {
			continue // standard library
		}
		ok := false
		for prefix := range r.allowed {
			ok = ok || imp == prefix || strings.HasPrefix(imp, strings.TrimSuffix(prefix, "/")+"/")
		}
		if !ok {
			out = append(out, imp)
		}
	}
	return out
}

func TestRoomsImportOnlyWhatTheyMay(t *testing.T) {
	root := filepath.Join("..", "..")
	files := 0
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); name == "testdata" || name == "bin" || name == ".git" {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return nil
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		dir := path.Dir(filepath.ToSlash(rel))
		r := roomOf(dir)
		if r == nil {
			t.Errorf("%s: no room of this name; add it to the table with what it may import and why", dir)
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		var imports []string
		for _, spec := range f.Imports {
			imp, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			imports = append(imports, imp)
		}
		for _, imp := range forbidden(r, imports) {
			t.Errorf("%s imports %s, which %s may not", rel, imp, r.dir)
		}
		files++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 50 {
		t.Errorf("looked at %d files: the walk went astray", files)
	}
}

func TestForbiddenIsNoticed(t *testing.T) {
	got := forbidden(roomOf("leak"), []string{"fmt", module + "leak/internal/x", module + "executor", "github.com/google/pprof/profile"})
	if len(got) != 2 {
		t.Errorf("got %q, want the executor and pprof", got)
	}
	if roomOf("mocks/openai").dir != "mocks/openai" {
		t.Error("the inner room must be found first")
	}
	if roomOf("leaky") != nil {
		t.Error("leaky is not in leak")
	}
}
