package assemble

import "syscall"

// cpuBrand is the processor's name.
func cpuBrand() string {
	name, err := syscall.Sysctl("machdep.cpu.brand_string")
	if err != nil {
		return ""
	}
	return name
}
