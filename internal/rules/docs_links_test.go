package rules

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	target  = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
)

// Every link between documents and to files of the repository leads somewhere.
// Links to other sites are not followed.
func TestLinksLeadSomewhere(t *testing.T) {
	links := 0
	for _, name := range treeFiles(t) {
		if path.Ext(name) != ".md" {
			continue
		}
		for _, m := range target.FindAllStringSubmatch(fence.ReplaceAllString(document(t, name), ""), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			links++
			if problem := follow(rootDir(t), name, m[1]); problem != "" {
				t.Errorf("%s links to %s: %s", name, m[1], problem)
			}
		}
	}
	if links == 0 {
		t.Error("found no link in any document")
	}
}

// follow says what is wrong with a link; nothing where it leads somewhere.
func follow(root, from, link string) (problem string) {
	file, anchor, hasAnchor := strings.Cut(link, "#")
	to := path.Join(path.Dir(from), file)
	if file == "" {
		to = from
	}
	where := filepath.Join(root, filepath.FromSlash(to))
	if _, err := os.Stat(where); err != nil {
		return "no such file"
	}
	if !hasAnchor {
		return ""
	}
	data, err := os.ReadFile(where)
	if err != nil {
		return err.Error()
	}
	for _, m := range heading.FindAllStringSubmatch(string(data), -1) {
		if slug(m[1]) == anchor {
			return ""
		}
	}
	return fmt.Sprintf("no heading %q", anchor)
}

// slug is the anchor that GitHub makes of a heading.
func slug(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z':
			return r
		}
		return -1
	}, strings.ToLower(heading))
}

func TestBrokenLinksAreNoticed(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.md"), []byte("# Some `code`, twice\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for link, want := range map[string]string{
		"a.md": "", "a.md#some-code-twice": "", "#some-code-twice": "", ".": "",
		"b.md": "no such file", "a.md#other": `no heading "other"`,
	} {
		if got := follow(dir, "a.md", link); got != want {
			t.Errorf("%s: got %q, want %q", link, got, want)
		}
	}
}
