package suite

import (
	"fmt"

	"github.com/watertight-go/watertight/internal/plural"
)

// report writes the line of a package that has ended.
func (r *run) report(f *found) {
	if len(f.tests) == 0 && f.Error == "" {
		return
	}
	text := fmt.Sprintf("%s: %s", f.Path, plural.Count(len(f.tests), "test"))
	if n := len(f.blamed()); n > 0 {
		text += fmt.Sprintf(", %d left something", n)
	}
	if n := f.count(Failed); n > 0 {
		text += fmt.Sprintf(", %d failed", n)
	}
	if n := f.count(NotEnded) + f.count(NotRun); n > 0 {
		text += fmt.Sprintf(", %d did not end", n)
	}
	if f.Error != "" && len(f.tests) == 0 {
		text = f.Path + ": no test ran"
	}
	fmt.Fprintln(r.progress, text)
}
