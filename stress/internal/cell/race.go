//go:build race

package cell

// RaceBuild says that this binary was built with -race.
const RaceBuild = true
