package html

import (
	"fmt"
	"regexp"
	"strings"
)

// The parts of a stack that differ between goroutines at the same place:
// arguments, offsets in a function's code, and goroutine IDs.
var (
	stackArgs   = regexp.MustCompile(`\((0x|\{|\.\.\.).*\)$`)
	stackOffset = regexp.MustCompile(` \+0x[0-9a-f]+$`)
	stackHead   = regexp.MustCompile(`^goroutine \d+ .*:$`)
	stackParent = regexp.MustCompile(` in goroutine \d+$`)
)

// stackLines are the lines of a stack without the parts that differ between
// goroutines at the same place. Lines with files are indented.
func stackLines(text string) (lines []string) {
	text = strings.TrimRight(text, "\n")
	whole := strings.Count(text, "\n") + 1
	for i, l := range strings.SplitN(text, "\n", 2*mostLines+1) {
		if i == 2*mostLines {
			return append(lines, fmt.Sprintf("... and %d more lines", whole-i))
		}
		if l == "" && len(lines) == 0 || i == 0 && stackHead.MatchString(l) {
			continue
		}
		file := strings.HasPrefix(l, "\t")
		l = stackOffset.ReplaceAllString(strings.TrimPrefix(l, "\t"), "")
		if file {
			l = "    " + l
		} else {
			l = stackParent.ReplaceAllString(stackArgs.ReplaceAllString(l, "()"), "")
		}
		lines = append(lines, l)
	}
	return lines
}
