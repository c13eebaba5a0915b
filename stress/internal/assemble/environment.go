package assemble

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/profiles"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/stress/internal/cell"
)

// environment describes the machine, the program and the sources of this run.
func environment(args []string) reports.Environment {
	e := reports.Environment{
		Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH,
		CPU: cpuModel(), Cores: runtime.NumCPU(), GOMAXPROCS: runtime.GOMAXPROCS(0),
		MemoryMiB: memoryMiB(), Commit: revision(), Args: args,
		RaceBuild: cell.RaceBuild, Proof: "goroutineleak profile",
	}
	if _, err := profiles.Capture(profiles.Leak); errors.Is(err, profiles.ErrNoLeakProfile) {
		e.Proof = "not proven: " + profiles.ErrNoLeakProfile.Error()
	} else if err != nil {
		e.Proof = "not proven: " + err.Error()
	}
	if dir, err := os.Getwd(); err == nil {
		e.Root, e.Module, e.ModuleDir = sources(dir)
	}
	return e
}

// sources finds the repository and the module around dir: the root that files are
// named from, the path of the module, and its folder below the root.
func sources(dir string) (root, module, moduleDir string) {
	around := func(name string) string {
		for d := dir; ; d = filepath.Dir(d) {
			if _, err := os.Stat(filepath.Join(d, name)); err == nil {
				return d
			}
			if d == filepath.Dir(d) {
				return ""
			}
		}
	}
	mod := around("go.mod")
	root = cmp.Or(around(".git"), mod, dir)
	if mod == "" {
		return filepath.ToSlash(root), "", ""
	}
	data, err := os.ReadFile(filepath.Join(mod, "go.mod"))
	if err != nil {
		return filepath.ToSlash(root), "", ""
	}
	if below, err := filepath.Rel(root, mod); err == nil && below != "." && filepath.IsLocal(below) {
		moduleDir = filepath.ToSlash(below)
	}
	return filepath.ToSlash(root), modfile.ModulePath(data), moduleDir
}

// madeAt is the place of the function that builds an executor.
func madeAt(x executor.Spec) (file string, line int) {
	f := runtime.FuncForPC(reflect.ValueOf(x.New).Pointer())
	if f == nil {
		return "", 0
	}
	return f.FileLine(f.Entry())
}

// cpuModel is the name of the processor; empty where the system does not tell it.
func cpuModel() string {
	return cmp.Or(cpuIn("/proc/cpuinfo"), cpuBrand(), os.Getenv("PROCESSOR_IDENTIFIER"))
}

// cpuIn is the name of the processor in Linux's /proc/cpuinfo.
func cpuIn(file string) string {
	if name := procField(file, "model name"); name != "" {
		return name
	}
	// Linux on arm64 has numbers instead of a name.
	if part := procField(file, "CPU part"); part != "" {
		return fmt.Sprintf("implementer %s part %s", procField(file, "CPU implementer"), part)
	}
	return ""
}

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

// memoryMiB is the memory of the machine; zero where there is no /proc/meminfo.
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
