package rules

import (
	"fmt"
	"maps"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every package of the repository has a row in packages (imports_table_test.go)
// with each import that it may have. Tests may import more.
func TestImportsHaveARow(t *testing.T) {
	for _, problem := range checkImports(packages, importsOfTree(t)) {
		t.Error(problem)
	}
}

// A package imports only packages that stand above it in the table. So there is
// no cycle, and no package depends on one of a higher layer.
func TestTableIsInOrder(t *testing.T) {
	for _, problem := range checkOrder(packages) {
		t.Error(problem)
	}
}

// Some packages must not reach others, not even through a third package.
func TestNeverReached(t *testing.T) {
	root := rootDir(t)
	for dir, forbidden := range never {
		for _, problem := range checkNever(dir, dependencies(t, root, dir), forbidden) {
			t.Error(problem)
		}
	}
}

// Some packages must not import packages of the standard library themselves.
func TestNeverImported(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.isTest() {
			continue
		}
		for imp, reason := range neverImported[path.Dir(f.name)] {
			if slices.Contains(importsOf(f), imp) {
				t.Errorf("%s imports %s, which it must not: %s", f.name, imp, reason)
			}
		}
	}
}

func TestViolationsOfTheImportRulesAreNoticed(t *testing.T) {
	table := []row{
		{"leak", nil},
		{"executor", imports{"golang.org/x/sync": "a reason"}},
		{"scenarios", imports{"executor": "a reason", "leak": ""}},
		{"reports", imports{"stress": "upwards"}},
		{"stress", nil},
		{"executor", nil},
	}
	found := map[string][]string{
		"leak":      {"executor"},
		"executor":  {"golang.org/x/sync/errgroup", "golang.org/x/synctest"},
		"scenarios": {"executor", "leak"},
		"reports":   {"stress"},
		"new":       nil,
	}
	wantAll(t, checkImports(table, found),
		"leak imports executor, which its row does not allow",
		"executor imports golang.org/x/synctest, which its row does not allow",
		"scenarios: the import of leak has no reason",
		"new has no row",
		"stress has a row but no Go files",
	)
	wantAll(t, checkOrder(table),
		"reports imports stress, which stands below it",
		"executor has two rows",
	)
	wantAll(t, checkRow("reports", imports{"stress": "upwards"}, nil), "reports does not import stress: remove it from its row")
	wantAll(t, checkNever("leak", []string{"fmt", module + "/executor/adapt", "testing"}, imports{"executor": "r1", "testing": "r2"}),
		"leak reaches "+module+"/executor/adapt", "leak reaches testing")
	if problems := checkNever("leak", []string{"testing/iotest", module + "/executors"}, imports{"executor": "r1"}); len(problems) > 0 {
		t.Errorf("got %q, want no problem", problems)
	}
}

// checkImports compares the table with the imports found in each folder.
func checkImports(table []row, found map[string][]string) (problems []string) {
	rows := map[string]imports{}
	for _, r := range table {
		if rows[r.dir] == nil {
			rows[r.dir] = r.imports
		}
		if _, ok := found[r.dir]; !ok {
			problems = append(problems, fmt.Sprintf("%s has a row but no Go files", r.dir))
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(found)) {
		if !slices.ContainsFunc(table, func(r row) bool { return r.dir == dir }) {
			problems = append(problems, fmt.Sprintf("%s has no row: add one that names its imports and their reasons", dir))
			continue
		}
		problems = append(problems, checkRow(dir, rows[dir], found[dir])...)
	}
	return problems
}

// checkRow compares one row with the imports of its package.
func checkRow(dir string, allowed imports, found []string) (problems []string) {
	for _, imp := range found {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(allowed)), func(a string) bool { return covers(a, imp) }) {
			problems = append(problems, fmt.Sprintf("%s imports %s, which its row does not allow", dir, imp))
		}
	}
	for _, a := range slices.Sorted(maps.Keys(allowed)) {
		if allowed[a] == "" {
			problems = append(problems, fmt.Sprintf("%s: the import of %s has no reason", dir, a))
		}
		if !slices.ContainsFunc(found, func(imp string) bool { return covers(a, imp) }) {
			problems = append(problems, fmt.Sprintf("%s does not import %s: remove it from its row", dir, a))
		}
	}
	return problems
}

// covers reports whether an entry allows an import. A folder of this repository
// stands for itself alone, a third-party module for all its packages.
func covers(allowed, imp string) bool {
	return imp == allowed || isThirdParty(allowed) && strings.HasPrefix(imp, allowed+"/")
}

func isThirdParty(imp string) bool {
	first, _, _ := strings.Cut(imp, "/")
	return strings.Contains(first, ".")
}

func checkOrder(table []row) (problems []string) {
	above := map[string]bool{}
	for _, r := range table {
		if above[r.dir] {
			problems = append(problems, fmt.Sprintf("%s has two rows", r.dir))
		}
		above[r.dir] = true
		for _, imp := range slices.Sorted(maps.Keys(r.imports)) {
			if !isThirdParty(imp) && !above[imp] {
				problems = append(problems, fmt.Sprintf("%s imports %s, which stands below it or has no row", r.dir, imp))
			}
		}
	}
	return problems
}

// checkNever looks for forbidden packages among all that a package depends on.
// A forbidden folder of this repository stands for the folders in it, too.
func checkNever(dir string, dependencies []string, forbidden imports) (problems []string) {
	for _, dep := range dependencies {
		own, isOwn := strings.CutPrefix(dep, module+"/")
		for f, reason := range forbidden {
			if dep == f || isOwn && (own == f || strings.HasPrefix(own, f+"/")) {
				problems = append(problems, fmt.Sprintf("%s reaches %s, which it must not: %s", dir, dep, reason))
			}
		}
	}
	return problems
}

// dependencies are the import paths that a package depends on, however far away.
func dependencies(t *testing.T, root, dir string) []string {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", ".")
	cmd.Dir = filepath.Join(root, dir) // it may be in a module of its own
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go list -deps in %s: %v\n%s", dir, err, out)
	}
	return slices.DeleteFunc(strings.Fields(string(out)), func(p string) bool { return p == module+"/"+dir })
}

// importsOfTree are the imports of each folder with Go files, without those of
// the standard library and of tests.
func importsOfTree(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for _, f := range goFiles(t) {
		dir := path.Dir(f.name)
		found[dir] = append(found[dir], ownAndThirdParty(f)...)
	}
	if len(found) < 20 {
		t.Fatalf("found %d packages in %s, want all of the repository", len(found), filepath.Clean(rootDir(t)))
	}
	for dir := range found {
		slices.Sort(found[dir])
		found[dir] = slices.Compact(found[dir])
	}
	return found
}

func ownAndThirdParty(f goFile) (imps []string) {
	if f.isTest() {
		return nil
	}
	for _, imp := range importsOf(f) {
		if own, ok := strings.CutPrefix(imp, module+"/"); ok {
			imps = append(imps, own)
		} else if isThirdParty(imp) {
			imps = append(imps, imp)
		}
	}
	return imps
}

func importsOf(f goFile) (imps []string) {
	for _, spec := range f.syntax.Imports {
		imps = append(imps, strings.Trim(spec.Path.Value, `"`))
	}
	return imps
}

// wantAll fails unless the problems are as many as wanted and contain the texts.
func wantAll(t *testing.T, problems []string, want ...string) {
	t.Helper()
	if len(problems) != len(want) {
		t.Errorf("got %d problems %q, want %d", len(problems), problems, len(want))
	}
	for _, w := range want {
		if !slices.ContainsFunc(problems, func(p string) bool { return strings.Contains(p, w) }) {
			t.Errorf("got %q, want one that contains %q", problems, w)
		}
	}
}
