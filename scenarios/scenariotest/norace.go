//go:build !race

package scenariotest

// raceEnabled says that this binary was built with -race.
const raceEnabled = false

// raceErrors is how many data races were reported in this process.
func raceErrors() int { return 0 }
