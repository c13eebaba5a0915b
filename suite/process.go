package suite

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/watertight-go/watertight/leak"
)

// recordsSuffix ends the names of the files of records.
const recordsSuffix = ".records"

// process is a test binary that ran. Its description is the first line of its records.
type process struct {
	// Program is a copy of the binary, Dir the folder that it ran in, Args its
	// arguments, and Env what the go command added to the environment.
	Program string   `json:"program"`
	Dir     string   `json:"dir"`
	Args    []string `json:"args"`
	Env     []string `json:"env"`
}

// The records are those of leak/internal/hook, which this module cannot import.

const (
	eventStarted  = "started"
	eventEnded    = "ended"
	eventLeaked   = "leaked"
	eventSaid     = "said"
	eventSearched = "searched"
	// hookEnv and lastExample are hook.Env and hook.LastExample.
	hookEnv     = "WATERTIGHT_TESTS"
	lastExample = "ExampleWatertightLast"
)

// record is hook.Record.
type record struct {
	Event  string       `json:"event"`
	Test   string       `json:"test"`
	Report *leak.Report `json:"report"`
	Error  string       `json:"error"`
}

// hookConfig is hook.Config.
type hookConfig struct {
	Records string        `json:"records"`
	Parent  int           `json:"parent"`
	Settle  time.Duration `json:"settleNs,omitempty"`
	Defect  bool          `json:"defect,omitempty"`
}

// env is the configuration as a variable of the environment.
func (c hookConfig) env() string {
	text, _ := json.Marshal(c) // strings, numbers and a bool cannot fail
	return hookEnv + "=" + string(text)
}

// readProcess reads a file of records that begins with the description of its process.
func readProcess(file string) (p process, records []record, err error) {
	all, err := readLines(file)
	if err != nil {
		return process{}, nil, err
	}
	if len(all) == 0 || json.Unmarshal(all[0], &p) != nil || p.Program == "" {
		return process{}, nil, fmt.Errorf("%s: the first line does not describe a process", file)
	}
	return p, parseRecords(all[1:]), nil
}

// readRecords reads a file of records alone.
func readRecords(file string) ([]record, error) {
	all, err := readLines(file)
	return parseRecords(all), err
}

// parseRecords leaves out what is no record: a last line that was cut short.
func parseRecords(lines [][]byte) (records []record) {
	for _, line := range lines {
		var r record
		if json.Unmarshal(line, &r) == nil {
			records = append(records, r)
		}
	}
	return records
}

func readLines(file string) ([][]byte, error) {
	text, err := os.ReadFile(file)
	return bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n")), err
}
