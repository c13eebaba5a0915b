package host

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/internal/relocate"
	"github.com/watertight-go/watertight/internal/trees"
)

// BuildSpec says what is built.
type BuildSpec struct {
	// Tree is the version of the module.
	Tree trees.Tree
	// Package is a main package: an import path, or a folder from Tree.Dir, which may be
	// in another module of the tree. Empty means Tree.Dir.
	Package string
	// Flags are further flags of go build, such as -race and -tags.
	Flags []string
	// Temp is a folder, removed by nobody here, for the program and its socket, and Name
	// what their names begin with. Should this program be killed meanwhile, Temp is removed.
	Temp string
	Name string
}

// serve is the file that is added to the package.
//
//go:embed serve.go.txt
var serve []byte

// addedFile is its name in the package. It comes last, so that the functions of the
// package keep the names that the compiler gives them (main.init.0).
const addedFile = "zz_watertight_pprof.go"

// Build builds a main package with one file more, which serves its profiles on a unix
// socket. Nothing is written into the tree. The error is an *Error, or that of ctx.
func Build(ctx context.Context, s BuildSpec) (Program, error) {
	var err error
	if s.Temp, err = filepath.Abs(s.Temp); err != nil {
		return Program{}, err
	}
	p := Program{Path: filepath.Join(s.Temp, s.Name), Dir: s.Tree.Dir, Pprof: "http://" + s.Name, socket: newSocket(s.Temp, s.Name)}
	p.Transport = p.socket.transport()
	dir, pkg := s.locate()
	folder, err := s.find(ctx, dir, pkg)
	if err != nil {
		return p, err
	}
	overlay, err := s.overlay(folder)
	if err != nil {
		return p, fmt.Errorf("build %s: %w", s.pkg(), err)
	}
	o := order{Path: "go", Dir: dir, Env: s.env(dir), Temp: s.Temp}
	o.Args = slices.Concat([]string{"build"}, s.Flags, s.Tree.Flags, []string{"-overlay=" + overlay, "-o", p.Path, "--", pkg})
	return p, s.run(ctx, o)
}

func (s BuildSpec) pkg() string {
	if s.Package == "" {
		return "."
	}
	return s.Package
}

// env is the environment of the go command. Its temporary files go where they are removed.
func (s BuildSpec) env(dir string) []string {
	return slices.Concat(environment(dir, s.Tree.Env), []string{"GOTMPDIR=" + s.Temp})
}

// run runs the go command to its end.
func (s BuildSpec) run(ctx context.Context, o order) error {
	p, err := launch(ctx, o)
	if err != nil {
		return err
	}
	select {
	case <-p.Ended():
	case <-ctx.Done():
	}
	p.Stop()
	end := p.End()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case end.Code != 0 || end.Signal != "":
		return s.said(p.log.head(), end.Sentence)
	}
	return nil
}

// said is the error for what the go command said.
func (s BuildSpec) said(lines []string, otherwise string) *Error {
	// The folder of the tree is gone when the user reads this.
	lines, _ = relocate.Paths(lines, s.Tree.Whole, s.Tree.Instead) // texts cannot fail
	e := &Error{Log: lines}
	if i := slices.IndexFunc(e.Log, saysWhy); i >= 0 {
		otherwise = e.Log[i]
		if strings.HasSuffix(otherwise, ":") && i+1 < len(e.Log) {
			otherwise += " " + strings.TrimSpace(e.Log[i+1])
		}
	}
	e.Sentence = fmt.Sprintf("build %s: %s", s.pkg(), shorten(otherwise))
	return e
}

// saysWhy reports whether a line of the go command says what is wrong.
func saysWhy(line string) bool {
	return strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "# ") && !strings.HasPrefix(line, "go: downloading ")
}

// overlay writes the file that tells the go command of the added one, and that.
func (s BuildSpec) overlay(folder string) (string, error) {
	added, file := filepath.Join(s.Temp, s.Name+".pprof.go"), filepath.Join(s.Temp, s.Name+".overlay.json")
	text, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(folder, addedFile): added}})
	if err != nil {
		return "", err
	}
	return file, errors.Join(os.WriteFile(added, serve, 0o600), os.WriteFile(file, text, 0o600))
}
