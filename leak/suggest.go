package leak

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/leak/internal/inspect"
)

// Allow is the entry of Options.Allow that matches the goroutines of the finding, and as
// little else as it can. The reason is yet to be written.
func (f Finding) Allow() Allow {
	a := Allow{Reason: "..."}
	switch {
	case f.Runs != "":
		// The line is where the function stands now, which says less than its name.
		a.CreatedBy, a.At = f.Runs, lastTwo(f.RunsFile)
	case f.CreatedBy == "":
		a.Func = f.Function
	case f.Connections > 0:
		a.CreatedBy, a.Func = f.CreatedBy, inspect.ConnectionLoops
	case inspect.InLibrary(f.CreatedBy, f.File):
		// Lines of a library change with its version.
		a.CreatedBy, a.Func = f.CreatedBy, f.Entry
	default:
		a.CreatedBy, a.At = f.CreatedBy, fmt.Sprintf("%s:%d", lastTwo(f.File), f.Line)
		if !strings.HasPrefix(f.Entry, f.CreatedBy) {
			a.Func = f.Entry
		}
	}
	for _, k := range slices.Sorted(maps.Keys(f.Labels)) {
		if !strings.HasPrefix(k, "watertight.") {
			a.Label, a.Value = k, f.Labels[k]
			break
		}
	}
	return a
}

// lastTwo is the end of a path: the file and its directory.
func lastTwo(file string) string {
	return path.Join(path.Base(path.Dir(file)), path.Base(file))
}

// code is the entry as Go code.
func (a Allow) code() string {
	var fields []string
	for _, field := range []struct{ name, value string }{
		{"Func", a.Func}, {"Top", a.Top}, {"CreatedBy", a.CreatedBy}, {"At", a.At}, {"Label", a.Label}, {"Value", a.Value}, {"Reason", a.Reason},
	} {
		if field.value != "" {
			fields = append(fields, fmt.Sprintf("%s: %q", field.name, field.value))
		}
	}
	return "leak.Allow{" + strings.Join(fields, ", ") + "}"
}
