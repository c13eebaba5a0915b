package forms

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// comments are those of types and, as "Type.Field", of their fields.
type comments map[string]string

// commentsOf reads the comments of the types in some folders. The first folder that has a
// type counts.
func commentsOf(t *testing.T, dirs ...string) comments {
	t.Helper()
	all := comments{}
	for _, dir := range dirs {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		for _, file := range files {
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
			require.NoError(t, err)
			for _, d := range parsed.Decls {
				if d, ok := d.(*ast.GenDecl); ok {
					all.add(d)
				}
			}
		}
	}
	return all
}

// add adds the comments of a declaration of types.
func (c comments) add(d *ast.GenDecl) {
	for _, s := range d.Specs {
		s, ok := s.(*ast.TypeSpec)
		if !ok || c[s.Name.Name] != "" {
			continue
		}
		c[s.Name.Name] = plainComment(d.Doc)
		fields, ok := s.Type.(*ast.StructType)
		if !ok {
			continue
		}
		for _, f := range fields.Fields.List {
			for _, name := range f.Names {
				if text := plainComment(f.Doc); text != "" {
					c[s.Name.Name+"."+name.Name] = text
				}
			}
		}
	}
}

// plainComment is a comment on one line.
func plainComment(c *ast.CommentGroup) string { return strings.Join(strings.Fields(c.Text()), " ") }
