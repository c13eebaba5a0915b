package rules

import (
	"fmt"
	"go/ast"
	"go/scanner"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// No retired word is used in a name, a comment or a document. String literals
// are not checked: they hold data, such as the keys of stored reports.
func TestNoRetiredWords(t *testing.T) {
	for _, name := range treeFiles(t) {
		for _, use := range retiredNames(name) {
			t.Errorf("%s: file name: %s", name, use)
		}
		if !isText(name) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(rootDir(t), filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		if name == "docs/case.md" {
			continue // it explains what the phrases refer to
		}
		for _, use := range retiredInText(prose(string(data))) {
			t.Errorf("%s:%s", name, use)
		}
	}
	for _, f := range goFiles(t) {
		if f.isGenerated() || path.Base(f.name) == "words_table_test.go" || path.Base(f.name) == "words_test.go" {
			continue
		}
		for _, use := range retiredInGo(f) {
			t.Errorf("%s:%s", f.name, use)
		}
	}
}

func TestRetiredWordsAreNoticed(t *testing.T) {
	f, err := parse("x.go", []byte(`package x

import "os/exec"

var _ = exec.LookPath

// Look at the dockets of the crew.
type agentTally struct {
	Looked int `+"`json:\"teeth\"`"+`
}

/* Option 2
of the analysis. */
var heartbeat, lookup, crew_size = 1, 2, "strays"

const mine = 1

var others int
`))
	if err != nil {
		t.Fatal(err)
	}
	wantAll(t, retiredInGo(f), `7: comment: "crew"`, `8: name agentTally: "tally"`, `9: name Looked: "looked"`,
		`12: comment: "option 2"`, `12: comment: "the analysis"`, `14: name crew_size: "crew"`, `16: name mine: "mine"`)
	wantAll(t, retiredNames("a/b/catalogue_crowds.go"), `"crowds"`)
	wantAll(t, retiredNames("internal/teeth/main.go"), `"teeth"`)
	const document = "# The rooms\n`crew` is data.\n```json\n{\"crew\": 1}\n```\n" +
		"<!-- x: begin (written by `make x`) -->\n| crowd |\n<!-- x: end -->\nThe crew:\n```go\nvar teeth int\n```\n"
	wantAll(t, retiredInText(prose(document)), `1: "rooms"`, `9: "crew"`, `11: "teeth"`)
	if uses := retiredNames("leak/lookup.go"); len(uses) > 0 {
		t.Errorf("got %q, want nothing: lookup is another word than look", uses)
	}
}

func TestRetiredWordsAreInOrder(t *testing.T) {
	for i, r := range retired {
		if r.word != strings.ToLower(r.word) || r.instead == "" {
			t.Errorf("%q: want a word in lower case and what to say instead", r.word)
		}
		if i > 0 && retired[i-1].word >= r.word {
			t.Errorf("%q stands behind %q", r.word, retired[i-1].word)
		}
	}
}

// retiredInGo finds retired words in the identifiers and comments of a file.
func retiredInGo(f goFile) (uses []string) {
	foreign := f.foreignNames()
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if foreign[n.Sel] {
				return false
			}
		case *ast.Ident:
			uses = append(uses, f.namesIn(names, n)...)
		case *ast.GenDecl:
			for _, s := range n.Specs {
				if v, ok := s.(*ast.ValueSpec); ok && n.Tok == token.CONST {
					uses = append(uses, f.namesIn(constants, v.Names...)...)
				}
			}
		}
		return true
	})
	var s scanner.Scanner
	file := token.NewFileSet().AddFile(f.name, -1, len(f.source))
	s.Init(file, f.source, nil, scanner.ScanComments)
	for {
		pos, tok, text := s.Scan()
		if tok == token.EOF {
			return slices.Compact(uses)
		}
		if tok == token.COMMENT {
			line := file.Position(pos).Line
			for _, use := range inSentence(text) {
				uses = append(uses, fmt.Sprintf("%d: comment: %s", line, use))
			}
		}
	}
}

// foreignNames are the names that a file uses from packages of others, as in
// exec.LookPath.
func (f goFile) foreignNames() map[*ast.Ident]bool {
	foreign := map[string]bool{}
	for _, spec := range f.syntax.Imports {
		imp := strings.Trim(spec.Path.Value, `"`)
		if !strings.HasPrefix(imp, module+"/") {
			foreign[path.Base(imp)] = true
		}
	}
	found := map[*ast.Ident]bool{}
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && foreign[x.Name] {
				found[s.Sel] = true
			}
		}
		return true
	})
	return found
}

// namesIn finds the words in identifiers that are retired in a kind of names.
func (f goFile) namesIn(kind scope, ids ...*ast.Ident) (uses []string) {
	for _, id := range ids {
		for _, use := range retiredWords(id.Name, kind) {
			uses = append(uses, fmt.Sprintf("%d: name %s: %s", f.set.Position(id.Pos()).Line, id.Name, use))
		}
	}
	return uses
}

// retiredNames finds the words in a path that are retired in names.
func retiredNames(path string) []string { return retiredWords(path, names) }

// retiredWords finds retired words. Those that are retired everywhere count
// also where only names are searched.
func retiredWords(text string, kind scope) (uses []string) {
	for _, w := range words(text) {
		for _, r := range retired {
			if r.word == w && (r.scope == kind || r.scope == everywhere && kind == names) {
				uses = append(uses, fmt.Sprintf("%q: say %s", w, r.instead))
			}
		}
	}
	return uses
}

// retiredInText finds retired words in the lines of a document.
func retiredInText(lines []string) (uses []string) {
	for i, line := range lines {
		for _, use := range inSentence(line) {
			uses = append(uses, fmt.Sprintf("%d: %s", i+1, use))
		}
	}
	return uses
}

// inSentence finds the words and phrases that are retired in sentences, too.
func inSentence(text string) (uses []string) {
	uses = retiredWords(text, everywhere)
	plain := strings.ToLower(strings.Join(strings.Fields(strings.ReplaceAll(text, "//", " ")), " "))
	for _, r := range retiredPhrases {
		if strings.Contains(plain, r.phrase) {
			uses = append(uses, fmt.Sprintf("%q: %s", r.phrase, r.instead))
		}
	}
	return uses
}

var (
	letters  = regexp.MustCompile(`[A-Za-z]+`)
	oneWord  = regexp.MustCompile(`[A-Z]+[a-z]*|[a-z]+`)
	generate = regexp.MustCompile("(?s)<!-- [^>]*: begin .*?<!-- [^>]*: end -->")
	code     = regexp.MustCompile("`[^`\n]*`")
)

// words takes a text apart, camelCase and under_scores too, in lower case.
func words(text string) (all []string) {
	for _, run := range letters.FindAllString(text, -1) {
		for _, w := range oneWord.FindAllString(run, -1) {
			all = append(all, strings.ToLower(w))
		}
	}
	return all
}

// prose are the lines of a document, those of generated parts, of blocks that
// are not Go and of inline code without their letters.
func prose(document string) []string {
	blank := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) {
				return ' '
			}
			return r
		}, s)
	}
	document = generate.ReplaceAllStringFunc(document, blank)
	document = fence.ReplaceAllStringFunc(document, func(s string) string {
		if strings.HasPrefix(s, "```go\n") {
			return s
		}
		return blank(s)
	})
	return strings.Split(code.ReplaceAllStringFunc(document, blank), "\n")
}

// isText reports whether a file is a document, or describes how the project is
// built.
func isText(name string) bool {
	switch path.Ext(name) {
	case ".md", ".yml", ".yaml":
		return true
	}
	return name == "Makefile" || name == ".ci/run"
}
