//go:build race

package mocks

// raceEnabled says that the race detector is on.
const raceEnabled = true
