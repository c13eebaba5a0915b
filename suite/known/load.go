package known

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/watertight-go/watertight/internal/nearest"
)

// Load reads a list. The error names all mistakes, each with its line.
func Load(file string) (*List, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	document, err := parse(text)
	if err != nil {
		return nil, located(file, err)
	}
	r := reader{file: file}
	l := &List{File: file, document: document, Entries: r.list(document)}
	if len(r.errs) == 0 {
		r.checkDuplicates(l.Entries)
	}
	return l, errors.Join(r.errs...)
}

// parse reads one YAML document.
func parse(text []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document, more yaml.Node
	if err := decoder.Decode(&document); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch err := decoder.Decode(&more); {
	case err == nil:
		return nil, fmt.Errorf("line %d: got a second document, want one", more.Line)
	case !errors.Is(err, io.EOF):
		return nil, err
	}
	return &document, nil
}

var lineOfError = regexp.MustCompile(`^line (\d+): `)

// located is an error of the YAML library with the file and line in front.
func located(file string, err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if m := lineOfError.FindStringSubmatch(text); m != nil {
		return fmt.Errorf("%s:%s: %s", file, m[1], strings.TrimPrefix(text, m[0]))
	}
	return fmt.Errorf("%s: %s", file, text)
}

// reader makes entries of nodes and collects what is wrong.
type reader struct {
	file string
	errs []error
}

func (r *reader) wrong(n *yaml.Node, format string, args ...any) {
	r.errs = append(r.errs, fmt.Errorf("%s:%d: %s", r.file, n.Line, fmt.Sprintf(format, args...)))
}

// list reads the whole document; an empty one is an empty list.
func (r *reader) list(document *yaml.Node) (all []Entry) {
	if len(document.Content) == 0 || document.Content[0].Tag == "!!null" {
		return nil
	}
	r.each(document.Content[0], []string{"leaks"}, func(_ string, value *yaml.Node) {
		switch {
		case value.Tag == "!!null":
		case value.Kind != yaml.SequenceNode:
			r.wrong(value, "leaks: want a list, each with - before it")
		default:
			for _, n := range value.Content {
				all = append(all, r.entry(resolved(n)))
			}
		}
	})
	return all
}

// each calls do for the keys and values of a mapping, and refuses unknown keys and those
// that come twice.
func (r *reader) each(n *yaml.Node, keys []string, do func(key string, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		r.wrong(n, "got %q, want keys with values: %s", n.Value, strings.Join(keys, ", "))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch known := slices.Contains(keys, key.Value); {
		case !known:
			r.wrong(key, "unknown key %q%s", key.Value, meant(key.Value, keys))
		case seen[key.Value]:
			r.wrong(key, "%s: comes twice in one entry", key.Value)
		default:
			do(key.Value, resolved(n.Content[i+1]))
		}
		seen[key.Value] = true
	}
}

// meant says which key was probably meant.
func meant(got string, keys []string) string {
	if near := nearest.Names(got, keys); len(near) > 0 {
		return fmt.Sprintf(" (did you mean %s?)", near[0])
	}
	return ", want one of " + strings.Join(keys, ", ")
}

// resolved is what an alias stands for.
func resolved(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}
