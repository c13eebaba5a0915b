//go:build !darwin

package assemble

// cpuBrand is empty: cpuModel reads the name elsewhere.
func cpuBrand() string { return "" }
