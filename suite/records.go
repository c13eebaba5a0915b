package suite

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/suite/internal/launch"
)

// The records are those of leak/internal/hook, which this module cannot import.

const (
	eventAttached = "attached"
	eventStarted  = "started"
	eventEnded    = "ended"
	eventLeaked   = "leaked"
	eventSaid     = "said"
	eventMeasured = "measured"
	eventSearched = "searched"
	eventTimedOut = "timedOut"
	eventGrown    = "grown"
	eventUnfit    = "unfit"
)

// record is hook.Record.
type record struct {
	Event   string       `json:"event"`
	Test    string       `json:"test"`
	Tests   []string     `json:"tests"`
	Outcome Outcome      `json:"outcome"`
	Report  *leak.Report `json:"report"`
	Error   string       `json:"error"`
	Allocated
	// Round, Rounds and Files are those of eventGrown and eventUnfit.
	Round  int                `json:"round"`
	Rounds *leak.RoundsReport `json:"rounds"`
	Files  *leak.Trend        `json:"files"`
}

// readBinary reads a file of records that begins with the description of its binary. It
// is nil where no binary ran.
func readBinary(file string) (*launch.Binary, []record, error) {
	all, err := readLines(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	b := launch.ParseBinary(all[0])
	if b == nil {
		return nil, nil, fmt.Errorf("%s: the first line does not describe a test binary", file)
	}
	return b, parseRecords(all[1:]), nil
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
