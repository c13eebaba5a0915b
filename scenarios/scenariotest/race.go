//go:build race

package scenariotest

// raceEnabled says that this binary was built with -race.
const raceEnabled = true
