//go:build !darwin

package stress

// cpuBrand is not told here; see cpuModel.
func cpuBrand() string { return "" }
