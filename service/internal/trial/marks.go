package trial

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/watertight-go/watertight/service"
)

// Line is a line of a file, which is named without its folder.
type Line struct {
	File   string
	Number int
}

func (l Line) String() string { return fmt.Sprintf("%s:%d", l.File, l.Number) }

// lineOf is the line that a finding shows first: that of the go statement where it is known.
func lineOf(f service.Finding) Line {
	if f.Creator != nil && f.Creator.File != "" {
		return Line{filepath.Base(f.Creator.File), int(f.Creator.Line)}
	}
	return Line{filepath.Base(f.File), int(f.Line)}
}

var mark = regexp.MustCompile(` // leak: (\S+)$`)

// Marks are the guilty lines in the Go files of a folder, by the name in their comment.
func Marks(dir string) (map[string]Line, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	all := map[string]Line{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for i, line := range strings.Split(string(text), "\n") {
			if m := mark.FindStringSubmatch(line); m != nil {
				all[m[1]] = Line{filepath.Base(file), i + 1}
			}
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: got no guilty line, want the folder of the toys: run this in the repository", dir)
	}
	return all, nil
}
