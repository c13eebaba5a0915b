package service

import (
	"os"

	"github.com/watertight-go/watertight/service/internal/host"
)

// Supervise does the work of a supervisor, and exits, where this process was started as
// one: between this program and a service. A program that calls Run calls it first thing.
func Supervise() {
	if code, ok := host.Main(); ok {
		os.Exit(code)
	}
}
