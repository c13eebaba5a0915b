//go:build !race

package cell

// RaceBuild reports whether this binary was built with -race.
const RaceBuild = false
