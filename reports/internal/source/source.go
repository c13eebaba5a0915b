package source

import (
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/reports"
)

// site is a line of source. Inside says that file is relative to the
// repository, so that a reader elsewhere has it too.
type Site struct {
	File   string
	Line   int
	Inside bool
}

// madeAt is where an executor is made.
func ExecutorMadeAt(r *reports.Report, name string) Site {
	for _, x := range r.Executors {
		if x.Name == name {
			return Locate(r, x.File, x.Line)
		}
	}
	return Site{}
}

// siteOf names a source file as it stands in the repository, where it does.
func Locate(r *reports.Report, file string, line int) Site {
	e := r.Environment
	file = strings.ReplaceAll(file, `\`, "/")
	root := strings.TrimSuffix(strings.ReplaceAll(e.Root, `\`, "/"), "/")
	line = max(line, 0)
	if rest, ok := strings.CutPrefix(file, root+"/"); ok && root != "" {
		return Site{rest, line, true}
	}
	if rest, ok := strings.CutPrefix(file, e.Module+"/"); ok && e.Module != "" {
		return Site{strings.TrimPrefix(e.ModuleDir+"/"+rest, "/"), line, true}
	}
	return Site{file, line, false}
}

// String is the place as an editor opens it.
func (s Site) String() string {
	if s.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", s.File, s.Line)
}
