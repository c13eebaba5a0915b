//go:build race

package scenariotest

import "runtime"

// raceEnabled says that this binary was built with -race.
const raceEnabled = true

// raceErrors is how many data races were reported in this process, wherever
// their reports went: package testing fails a test by the same count.
func raceErrors() int { return runtime.RaceErrors() }
