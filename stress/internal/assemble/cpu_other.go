//go:build !darwin

package assemble

// cpuBrand is not told here; see cpuModel.
func cpuBrand() string { return "" }
