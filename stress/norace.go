//go:build !race

package stress

// raceBuild says that this binary was built with -race.
const raceBuild = false
