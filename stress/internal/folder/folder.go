// Package folder writes a report and all its renderings into a folder, whole or
// not at all. It replaces nothing but an earlier report.
package folder

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/attach"
	attachforms "github.com/watertight-go/watertight/attach/forms"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/ci"
	"github.com/watertight-go/watertight/reports/html"
	"github.com/watertight-go/watertight/reports/text"
	"github.com/watertight-go/watertight/service"
	serviceforms "github.com/watertight-go/watertight/service/forms"
	"github.com/watertight-go/watertight/suite"
	"github.com/watertight-go/watertight/suite/forms"
)

// Names of files in the folder.
const (
	ReportFile = "report.json"
	PageFile   = "report.html"
)

// reportNames are the files and folders of a report. A folder that holds anything
// else is not replaced.
var reportNames = []string{ReportFile, "report.md", PageFile, "junit.xml", "report.sarif", "bench.txt", "profiles"}

// streams is a folder in that of a report, with a report of its own: make stress puts that
// of the run of streams there. It stays when the other one is replaced.
const streams = "streams"

// Folder is where a report is written: first to a temporary folder beside its final
// place, so that the report appears whole or not at all.
type Folder struct {
	final string
	// Temp is the temporary folder.
	Temp string
}

// New makes the temporary folder for a report in dir. It fails where dir cannot be
// replaced. dir stays as it is until Publish. Discard must be called.
func New(dir string) (*Folder, error) {
	final, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("out: %w", err)
	}
	// A symbolic link stays one: the folder that it points to is replaced.
	if real, err := filepath.EvalSymlinks(final); err == nil {
		final = real
	}
	if err := replaceable(final); err != nil {
		return nil, fmt.Errorf("out: got %q, %w", dir, err)
	}
	parent := filepath.Dir(final)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return nil, fmt.Errorf("out: got %q, want a folder that can be written: %w", dir, err)
	}
	temp, err := os.MkdirTemp(parent, "."+filepath.Base(final)+".tmp-")
	if err != nil {
		return nil, fmt.Errorf("out: got %q, want a folder that can be written: %w", dir, err)
	}
	return &Folder{final: final, Temp: temp}, os.Chmod(temp, 0o755)
}

// replaceable refuses a folder that holds anything but an earlier report.
func replaceable(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("want a folder that can be written: %w", err)
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool {
		return e.Name() == streams && e.IsDir() && replaceable(filepath.Join(dir, streams)) == nil
	})
	if len(entries) == 0 {
		return nil
	}
	var strangers []string
	for _, e := range entries {
		if !slices.Contains(reportNames, e.Name()) {
			strangers = append(strangers, e.Name())
		}
	}
	if len(strangers) > 0 {
		return fmt.Errorf("which holds %s, want a new or empty folder, or one that holds nothing but an earlier report", some(strangers))
	}
	if err := holdsReport(filepath.Join(dir, ReportFile)); err != nil {
		return fmt.Errorf("which holds no earlier report that can be replaced, want a new or empty folder: %w", err)
	}
	return nil
}

// holdsReport fails where a file is the report of no command.
func holdsReport(file string) error {
	if _, err := suite.Load(file); err == nil {
		return nil
	}
	if _, err := attach.Load(file); err == nil {
		return nil
	}
	if _, err := service.Load(file); err == nil {
		return nil
	}
	_, err := reports.Load(file)
	return err
}

// some lists the first three names.
func some(names []string) string {
	const most = 3
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// File is a file of a report.
type File struct {
	Name string
	// Write writes its content.
	Write func(io.Writer) error
}

// OfReport are the files of a report.
func OfReport(r *reports.Report) []File {
	files := []File{{ReportFile, r.Encode}}
	for _, f := range []struct {
		name   string
		render func(io.Writer, *reports.Report) error
	}{{"report.md", text.Markdown}, {PageFile, html.Write}, {"junit.xml", ci.JUnit}, {"report.sarif", ci.SARIF}} {
		files = append(files, File{f.name, func(w io.Writer) error { return f.render(w, r) }})
	}
	return files
}

// reportForms are the files of a result, by their forms.
var reportForms = []struct{ name, format string }{
	{ReportFile, "json"}, {"report.md", "markdown"}, {PageFile, "html"}, {"junit.xml", "junit"}, {"report.sarif", "sarif"},
}

// OfTests are the files of the result of stress test.
func OfTests(r suite.Result) []File { return of(forms.Formats, r) }

// OfWatch are the files of the result of stress attach.
func OfWatch(r attach.Result) []File { return of(attachforms.Formats, r) }

// OfService are the files of the result of stress service.
func OfService(r service.Result) []File { return of(serviceforms.Formats, r) }

// of are the files of a result in its forms.
func of[R any](formats map[string]func(io.Writer, R) error, r R) (files []File) {
	for _, f := range reportForms {
		files = append(files, File{f.name, func(w io.Writer) error { return formats[f.format](w, r) }})
	}
	return files
}

// Publish writes the files and puts them in their place. Where that fails, an earlier
// report stays as it is.
func (o *Folder) Publish(files []File) error {
	var errs []error
	for _, f := range files {
		errs = append(errs, o.write(f.Name, f.Write))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return o.commit()
}

func (o *Folder) write(name string, fill func(io.Writer) error) error {
	f, err := os.Create(filepath.Join(o.Temp, name))
	if err != nil {
		return fmt.Errorf("out: %w", err)
	}
	if err := errors.Join(fill(f), f.Close()); err != nil {
		return fmt.Errorf("out: %s: %w", name, err)
	}
	return nil
}

// commit replaces the old folder with the new one.
func (o *Folder) commit() error {
	// Checked again: the run took a while, and somebody may have written there.
	if err := replaceable(o.final); err != nil {
		return fmt.Errorf("out: got %q, %w", o.final, err)
	}
	old := o.Temp + ".old"
	err := os.Rename(o.final, old)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("out: put the earlier report aside: %w", err)
	}
	if err := os.Rename(o.Temp, o.final); err != nil {
		return errors.Join(fmt.Errorf("out: put the report in its place: %w", err), os.Rename(old, o.final))
	}
	err = os.Rename(filepath.Join(old, streams), filepath.Join(o.final, streams))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("out: keep the report of streams: %w", err)
	}
	return os.RemoveAll(old)
}

// Discard removes what was not published.
func (o *Folder) Discard() { _ = os.RemoveAll(o.Temp) }
