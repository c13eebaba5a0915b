package scenariotest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// report is what the race detector writes of one race.
const report = raceRule + raceBegins + "\nWrite at 0x00c000012345 by goroutine 7:\n  mine.Do()\n" + raceRule

func written(parts ...string) *output {
	o := newOutput()
	for _, p := range parts {
		_, _ = o.Write([]byte(p)) // it never fails
	}
	return o
}

// A race is found after any amount of output, and no output is kept for ever.
func TestOutputKeepsRaces(t *testing.T) {
	chatter := strings.Repeat("a line of the executor's log\n", 4*keptOutput/29)
	for name, parts := range map[string][]string{
		"alone":            {report},
		"before much":      {report, chatter},
		"after much":       {chatter, report},
		"amid much":        {chatter, report, chatter, report, chatter},
		"across the limit": {strings.Repeat("x", keptOutput-len(raceRule)-3) + "\n", report},
		"in mid-line":      {"no newline: ", report},
	} {
		t.Run(name, func(t *testing.T) {
			o := written(parts...)
			require.NotEmpty(t, o.races(false))
			require.Contains(t, o.races(false)[0], "mine.Do()")
			require.Less(t, len(o.recent()), keptOutput+keptRaces+1<<10)
			o.forget()
			require.Empty(t, o.races(false))
			_, _ = o.Write([]byte(chatter))
			require.Less(t, len(o.recent()), keptOutput+1<<10, "a new cell begins as the first did")
		})
	}
}

// What the race detector counted is a race, whether its report can be read or not.
func TestRacesThatCannotBeRead(t *testing.T) {
	torn := strings.Replace(report, raceBegins, "log "+raceBegins, 1)
	require.Empty(t, written(torn).races(false), "an executor may print these words")
	require.Contains(t, written(torn).races(true)[0], "amid other output:\n"+raceBegins+"\nWrite at")
	require.Contains(t, written("nothing of it\n").races(true)[0], "has no report of it")
	require.Len(t, written(report).races(true), 1)
}
