package leak

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/leak/internal/inspect"
	"github.com/watertight-go/watertight/leak/internal/stack"
	"github.com/watertight-go/watertight/leak/internal/words"
)

// findingsText are the findings, after the labels that all of them have.
func findingsText(all []Finding) string {
	var b strings.Builder
	common := commonLabels(all)
	for _, k := range slices.Sorted(maps.Keys(common)) {
		fmt.Fprintf(&b, "\nlabel %s: %s", k, common[k])
	}
	for _, f := range all {
		b.WriteString("\n" + f.text(common))
	}
	return b.String()
}

func commonLabels(all []Finding) map[string]string {
	var common map[string]string
	for i, f := range all {
		if i == 0 {
			common = maps.Clone(f.Labels)
		}
		maps.DeleteFunc(common, func(k, v string) bool { got, ok := f.Labels[k]; return !ok || got != v })
	}
	return common
}

// String is the finding with its sample stack and the entry of Options.Allow for it. The
// place comes first, as editors read it: of the user's own code where any is known.
func (f Finding) String() string { return f.text(nil) }

// text is String without the labels that were printed already.
func (f Finding) text(printed map[string]string) string {
	var b strings.Builder
	at, _ := f.place()
	if at.File != "" {
		fmt.Fprintf(&b, "%s:%d: ", at.File, at.Line)
	}
	b.WriteString(f.headline())
	for _, more := range []string{f.Hint, f.Note} {
		if more != "" {
			b.WriteString("\n    " + more)
		}
	}
	if f.CreatedBy != "" {
		b.WriteString("\n    created by " + f.CreatedBy)
		if at.File != f.File || at.Line != f.Line {
			fmt.Fprintf(&b, " at %s:%d", f.File, f.Line)
		}
	}
	if f.Runs != "" {
		fmt.Fprintf(&b, "\n    running %s at %s:%d", f.Runs, f.RunsFile, f.RunsLine)
	}
	if in, ok := f.testLine(); ok && !strings.HasSuffix(at.File, "_test.go") {
		fmt.Fprintf(&b, "\n    in the test: %s at %s:%d", in.Func, in.File, in.Line)
	}
	for _, k := range slices.Sorted(maps.Keys(f.Labels)) {
		if _, ok := printed[k]; !ok {
			fmt.Fprintf(&b, "\n    label %s: %s", k, f.Labels[k])
		}
	}
	if f.Stack != "" {
		b.WriteString("\n    one of them:")
		for _, line := range trimStack(f.Stack) {
			b.WriteString("\n        " + line)
		}
	}
	if a := f.Allow(); len(a.mistakes()) == 0 {
		b.WriteString("\n    if it may stay: " + a.code())
	}
	return b.String()
}

// headline is the finding in one line, without the place.
func (f Finding) headline() string {
	var b strings.Builder
	b.WriteString(words.Goroutines(f.Count))
	if f.Connections > 0 {
		fmt.Fprintf(&b, " of %s", words.Connections(f.Connections))
	}
	fmt.Fprintf(&b, ", %s [%s", f.Class, f.State)
	if f.Wait > 0 {
		fmt.Fprintf(&b, ", %d minutes", int(f.Wait/time.Minute))
	}
	b.WriteString("]")
	if f.Function != "" {
		b.WriteString(", in " + f.Function)
	}
	return b.String()
}

// place is where to look first, and whether that is the user's own code: the go statement,
// the function that a library was given to run, or the innermost frame that is in no
// library. Where all is a library's, it is the go statement.
func (f Finding) place() (at stack.Frame, users bool) {
	created := stack.Frame{Func: f.CreatedBy, File: f.File, Line: f.Line}
	candidates := []stack.Frame{created, {Func: f.Runs, File: f.RunsFile, Line: f.RunsLine}}
	for _, at := range append(candidates, f.frames()...) {
		if at.Func != "" && !inspect.InLibrary(at.Func, at.File) {
			return at, true
		}
	}
	return created, false
}

// testLine is the outermost frame in the file of a test.
func (f Finding) testLine() (at stack.Frame, found bool) {
	for _, frame := range slices.Backward(f.frames()) {
		if strings.HasSuffix(frame.File, "_test.go") && !inspect.InLibrary(frame.Func, frame.File) {
			return frame, true
		}
	}
	return stack.Frame{}, false
}

// frames are those of the sample stack, innermost first.
func (f Finding) frames() []stack.Frame {
	_, body, _ := strings.Cut(f.Stack, "\n")
	return stack.ParseBody([]byte(body)).Frames
}

// A stack of more than framesShown frames is printed without its middle: the
// innermost innerShown frames, and the outermost of the rest.
const (
	framesShown = 14
	innerShown  = 9
)

// trimStack is a stack without arguments and offsets, and a long one without its
// middle. A frame has two lines, the goroutine's header one.
func trimStack(text string) []string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if place, ok := strings.CutPrefix(line, "\t"); ok {
			place, _, _ = strings.Cut(place, " +0x")
			lines[i] = "    " + place
		} else if open := strings.LastIndexByte(line, '('); i > 0 && open > 0 && strings.HasSuffix(line, ")") && !strings.HasPrefix(line, "created by ") {
			lines[i] = line[:open]
		}
	}
	if most := 1 + 2*framesShown; len(lines) > most {
		head, tail := 1+2*innerShown, 2*(framesShown-innerShown)
		elided := fmt.Sprintf("... %d frames ...", (len(lines)-head-tail)/2)
		lines = append(append(slices.Clone(lines[:head]), elided), lines[len(lines)-tail:]...)
	}
	return lines
}

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
