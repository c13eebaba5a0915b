package known

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// document is the file of a list while it is changed.
type document struct {
	root *yaml.Node
	// leaks is the list of the entries.
	leaks *yaml.Node
}

const heading = "# Leaks that are known and accepted until a date. `stress test -baseline` reads this list;\n" +
	"# with -update it adds what is new and takes out what is fixed."

// newDocument is the document of a list; nil means that there is no file yet.
func newDocument(root *yaml.Node) document {
	if root == nil {
		root = &yaml.Node{HeadComment: heading}
	}
	root.Kind = yaml.DocumentNode
	if len(root.Content) == 0 || root.Content[0].Kind != yaml.MappingNode {
		root.Content = []*yaml.Node{{Kind: yaml.MappingNode}}
	}
	top := root.Content[0]
	if len(top.Content) == 0 {
		top.Content = []*yaml.Node{text("leaks"), {Kind: yaml.SequenceNode}}
	}
	leaks := resolved(top.Content[1])
	if leaks.Kind != yaml.SequenceNode {
		// A comment beside an empty value would end up within the list.
		above := &top.Content[0].HeadComment
		*above = strings.Trim(strings.Join([]string{*above, leaks.HeadComment, leaks.LineComment, leaks.FootComment}, "\n"), "\n")
		*leaks = yaml.Node{Kind: yaml.SequenceNode}
	}
	leaks.Style = 0 // not [ ], where entries would be written on one line
	return document{root: root, leaks: leaks}
}

func text(value string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(value)
	return n
}

// add writes an entry at the end.
func (d document) add(e Entry) {
	n := &yaml.Node{Kind: yaml.MappingNode}
	pair := func(key string, value *yaml.Node) { n.Content = append(n.Content, text(key), value) }
	tests := &yaml.Node{Kind: yaml.SequenceNode}
	for _, t := range e.Tests {
		tests.Content = append(tests.Content, text(t))
	}
	pair("package", text(e.Package))
	pair("tests", tests)
	for _, p := range [][2]string{{"entry", e.Entry}, {"createdBy", e.CreatedBy}, {"runs", e.Runs}, {"program", e.Program}, {"grows", e.Grows}, {"at", e.At}} {
		if p[1] != "" {
			pair(p[0], text(p[1]))
		}
	}
	pair("reason", &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle})
	pair("until", &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!timestamp", Value: e.Until.Format(time.DateOnly)})
	d.leaks.Content = append(d.leaks.Content, n)
}

// remove takes out what is fixed: an entry, or some of its tests.
func (d document) remove(f fixed) {
	if !f.whole {
		removeTests(f.entry.node, f.tests)
		return
	}
	i := slices.IndexFunc(d.leaks.Content, func(n *yaml.Node) bool { return resolved(n) == f.entry.node })
	if i < 0 {
		return
	}
	d.keepComments(i)
	d.leaks.Content = slices.Delete(d.leaks.Content, i, i+1)
}

// keepComments moves the comments that are not the entry's own to its neighbours. Its
// own are those within it, and those right above it.
func (d document) keepComments(i int) {
	n := d.leaks.Content[i]
	head, _, apart := cutLast(n.HeadComment, "\n\n")
	if !apart {
		return
	}
	if i+1 < len(d.leaks.Content) {
		next := d.leaks.Content[i+1]
		next.HeadComment = head + "\n\n" + next.HeadComment
	} else {
		d.root.FootComment = strings.TrimSpace(head + "\n\n" + d.root.FootComment)
	}
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return "", s, false
}

// removeTests takes tests out of an entry.
func removeTests(entry *yaml.Node, tests []string) {
	for i := 0; i+1 < len(entry.Content); i += 2 {
		if entry.Content[i].Value == "tests" {
			list := resolved(entry.Content[i+1])
			list.Content = slices.DeleteFunc(list.Content, func(n *yaml.Node) bool { return slices.Contains(tests, resolved(n).Value) })
		}
	}
}

// text is the document as it is written, with an empty line between entries.
func (d document) text() ([]byte, error) {
	var b bytes.Buffer
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	if err := encoder.Encode(d.root); err != nil {
		return nil, err
	}
	if err := encoder.Close(); err != nil {
		return nil, err
	}
	text := apart(b.Bytes())
	// The YAML library can misplace a comment at an unusual place.
	if _, err := parse(text); err != nil {
		return nil, fmt.Errorf("its comments are where they cannot be kept (%w): move them above the entries", err)
	}
	return text, nil
}

// apart puts an empty line before each entry but the first, above its comments.
func apart(text []byte) []byte {
	var out []string
	first := true
	for _, line := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(line, "  - ") {
			if i := aboveComments(out); !first && out[i-1] != "" {
				out = slices.Insert(out, i, "")
			}
			first = false
		}
		out = append(out, line)
	}
	return []byte(strings.Join(out, "\n"))
}

// aboveComments is the index of the first of the comments that end the lines.
func aboveComments(lines []string) int {
	i := len(lines)
	for i > 1 && strings.HasPrefix(lines[i-1], "  #") {
		i--
	}
	return i
}
