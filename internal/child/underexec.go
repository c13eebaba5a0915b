package child

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// UnderExec says where `go test -exec` was found, as in "the go command has
// -exec=sudo"; "" where it was not. A child would run without that program around
// it: on another machine, or with other rights. Outside Linux only GOFLAGS is
// searched.
func UnderExec() string {
	if f := execFlag(strings.Fields(os.Getenv("GOFLAGS"))); f != "" {
		return "GOFLAGS has " + f
	}
	if runtime.GOOS != "linux" {
		return ""
	}
	pid := os.Getppid()
	for range 4 { // the go command, and between it and this process that program or a shell
		args := argsOf(pid)
		if len(args) > 0 && filepath.Base(args[0]) == "go" {
			if f := execFlag(args[1:]); f != "" {
				return "the go command has " + f
			}
			return ""
		}
		if pid = parentOf(pid); pid <= 1 {
			return ""
		}
	}
	return ""
}

// execFlag finds -exec among the go command's own flags.
func execFlag(args []string) string {
	if i := slices.IndexFunc(args, func(a string) bool { return a == "-args" || a == "--args" }); i >= 0 {
		args = args[:i]
	}
	for _, a := range args {
		if name, _, _ := strings.Cut(a, "="); name == "-exec" || name == "--exec" {
			return a
		}
	}
	return ""
}

// argsOf is the command line of a process; nil where it cannot be read.
func argsOf(pid int) []string {
	data, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "cmdline"))
	if err != nil || len(data) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(data), "\x00"), "\x00")
}

// parentOf is the parent of a process; 0 where it cannot be read.
func parentOf(pid int) int {
	data, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return 0
	}
	// The name in brackets may hold anything, brackets too.
	_, rest, _ := strings.Cut(string(data[max(strings.LastIndexByte(string(data), ')'), 0):]), " ")
	fields := strings.Fields(rest)
	if len(fields) < 2 {
		return 0
	}
	parent, _ := strconv.Atoi(fields[1])
	return parent
}
