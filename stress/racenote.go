package stress

import (
	"fmt"

	"github.com/watertight-go/watertight/scenarios"
)

// raceNote is what the report says about the race cells.
func raceNote(binary, note string, observed []scenarios.Observation) string {
	ran := 0
	for _, o := range observed {
		if o.Race {
			ran++
		}
	}
	switch {
	case binary == "" && note != "":
		return "not run: " + note
	case binary == "":
		return "not run: no -race-binary was given"
	case ran == 0:
		return "not run: no scenario with concurrent requests was chosen"
	}
	return fmt.Sprintf("%d cells in a binary built with -race", ran)
}
