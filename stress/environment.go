package stress

import (
	"os"
	"runtime"
	"strings"

	"github.com/watertight-go/watertight/profiles"
	"github.com/watertight-go/watertight/reports"
)

// environment is where and with what this run is made.
func environment(args []string) reports.Environment {
	e := reports.Environment{
		Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH,
		CPU: cpuModel(), Cores: runtime.NumCPU(), GOMAXPROCS: runtime.GOMAXPROCS(0),
		MemoryMiB: memoryMiB(), Commit: revision(), Args: args,
		RaceBuild: raceBuild, Proof: "goroutineleak profile",
	}
	if _, err := profiles.Capture(profiles.Leak); err != nil {
		e.Proof = "not proven: " + err.Error()
	}
	return e
}

// cpuModel is the processor's name where the system tells it in a file.
func cpuModel() string { return procField("/proc/cpuinfo", "model name") }

// procField is the first value of name in a file of "name : value" lines.
func procField(path, name string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(data)) {
		key, value, found := strings.Cut(line, ":")
		if found && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// memoryMiB is the machine's memory; zero where the system does not tell it in
// a file.
func memoryMiB() int {
	kib := 0
	for _, r := range strings.TrimSuffix(procField("/proc/meminfo", "MemTotal"), " kB") {
		if r < '0' || r > '9' {
			return 0
		}
		kib = kib*10 + int(r-'0')
	}
	return kib >> 10
}
