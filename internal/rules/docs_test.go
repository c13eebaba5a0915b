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

// block is a fenced block of a document.
type block struct {
	file string
	line int // of the first line of text
	// lang is the word behind the fence, as in "go", text what it holds.
	lang, text string
	// mark is the HTML comment on the line above the fence, as in "run"; empty
	// where there is none.
	mark string
}

func (b block) String() string { return fmt.Sprintf("%s:%d", b.file, b.line) }

// documents are those whose blocks are tested: the README and the guides.
func documents(t *testing.T) (names []string) {
	t.Helper()
	for _, name := range treeFiles(t) {
		if name == "README.md" || path.Dir(name) == "docs" && path.Ext(name) == ".md" {
			names = append(names, name)
		}
	}
	return names
}

func document(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(rootDir(t), filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// blocks are the blocks of one language in all documents.
func blocks(t *testing.T, lang string) (all []block) {
	t.Helper()
	for _, name := range documents(t) {
		for _, b := range fenced(name, document(t, name)) {
			if b.lang == lang {
				all = append(all, b)
			}
		}
	}
	return all
}

var (
	htmlComment = regexp.MustCompile(`^<!-- (.*) -->$`)
	fence       = regexp.MustCompile("(?ms)^```(\\w*)\n.*?^```$")
)

// fenced finds the blocks of a document.
func fenced(name, text string) (all []block) {
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		lang, ok := strings.CutPrefix(lines[i], "```")
		if !ok {
			continue
		}
		b := block{file: name, line: i + 2, lang: lang}
		if i > 0 {
			if m := htmlComment.FindStringSubmatch(lines[i-1]); m != nil {
				b.mark = m[1]
			}
		}
		for i++; i < len(lines) && lines[i] != "```"; i++ {
			b.text += lines[i] + "\n"
		}
		all = append(all, b)
	}
	return all
}

func TestAnExcerptOfAReportIsShown(t *testing.T) {
	for _, name := range documents(t) {
		_, rest, ok := strings.Cut(document(t, name), "<!-- excerpt: begin")
		body, _, ended := strings.Cut(rest, "<!-- excerpt: end")
		if ok && ended && strings.Contains(body, "Verdict") {
			return
		}
	}
	t.Error("no document has an excerpt of a report: run make stress readme")
}

func TestBlocksAreFound(t *testing.T) {
	got := fenced("x.md", "text\n<!-- run -->\n```go\na\nb\n```\n\n```sh\nmake\n```\n")
	want := []block{{"x.md", 4, "go", "a\nb\n", "run"}, {"x.md", 9, "sh", "make\n", ""}}
	if fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", want) {
		t.Errorf("got  %#v\nwant %#v", got, want)
	}
}
