package forms

import (
	"encoding/xml"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	junitreader "github.com/joshdk/go-junit"
	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/hostile"
	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/internal/sarif/sariftest"
	"github.com/watertight-go/watertight/suite"
)

// harmless finds what is wrong with a form of a result; empty for nothing.
var harmless = map[string]func(testing.TB, suite.Result){
	"terminal":    terminalIsHarmless,
	"markdown":    markdownIsHarmless,
	"annotations": annotationsAreHarmless,
	"sarif":       sarifIsHarmless,
	"junit":       junitIsHarmless,
	"html":        htmlIsHarmless,
	"json":        jsonIsHarmless,
}

func TestFormsAreHarmless(t *testing.T) {
	for name, r := range all() {
		for form, check := range harmless {
			t.Run(form+"/"+name, func(t *testing.T) { check(t, r) })
		}
	}
}

func FuzzForms(f *testing.F) {
	for i, s := range hostile.Strings {
		if len(s) < 1000 {
			f.Add(s, hostile.Strings[(i+1)%4])
		}
	}
	f.Add("::error::x\n::set-output name=x::y", "]]></failure></testsuite>")
	f.Add("{{.}}", "\"><img src=x onerror=alert(1)>")
	f.Add("a\u0085b\u2028c", "http://example.com/\\x")
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, check := range harmless {
			check(t, evil(a, b))
		}
	})
}

// terminalIsHarmless wants lines of printable characters that fit.
func terminalIsHarmless(t testing.TB, r suite.Result) {
	text := rendered(t, terminal, r)
	printable(t, text)
	command := regexp.MustCompile(`^    stress test .*$`)
	for l := range strings.SplitSeq(text, "\n") {
		if !command.MatchString(l) { // it is to be copied
			require.LessOrEqual(t, plaintext.Width(l), WidestLine, "%q", l)
		}
	}
}

// printable wants no character that could control a terminal.
func printable(t testing.TB, text string) {
	require.True(t, utf8.ValidString(text))
	for _, c := range text {
		require.True(t, c == '\n' || unicode.IsPrint(c), "got %U", c)
	}
}

// markup is what must not stand in Markdown unescaped, outside of code.
var markup = regexp.MustCompile("(^|[^\\\\])[`*_~$\\[\\]]")

func markdownIsHarmless(t testing.TB, r suite.Result) {
	text := rendered(t, Markdown, r)
	printable(t, text)
	columns := 0
	for l := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(l, "    ") || strings.HasPrefix(l, "      ") {
			continue // code
		}
		if !strings.HasPrefix(l, "<details>") { // which begins a block of HTML
			require.NotRegexp(t, markup, strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(l, "**"), "**"), `\\`, ""), "%q", l)
		}
		tags := strings.NewReplacer("<br>", "", "<details>", "", "<summary>", "", "</summary>", "", "</details>", "").Replace(l)
		require.NotContains(t, tags, "<", "%q", l)
		if !strings.HasPrefix(l, "| ") {
			columns = 0
			continue
		}
		n := len(regexp.MustCompile(`(^|[^\\])\|`).FindAllString(strings.ReplaceAll(l, `\\`, ""), -1))
		require.True(t, columns == 0 || n == columns, "got %d columns, want %d: %q", n, columns, l)
		columns = n
	}
}

func annotationsAreHarmless(t testing.TB, r suite.Result) {
	line := regexp.MustCompile(`^::(error|warning|notice) (file=[^,:]*,)?(line=\d+,)?title=[^,:]*::.*$`)
	text := rendered(t, Annotations, r)
	printable(t, text)
	for l := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		require.Regexp(t, line, l)
		require.NotContains(t, strings.ReplaceAll(l, "%25", ""), "%0A")
	}
}

func sarifIsHarmless(t testing.TB, r suite.Result) {
	text := rendered(t, SARIF, r)
	printable(t, text)
	require.NoError(t, sariftest.Check(text))
}

func junitIsHarmless(t testing.TB, r suite.Result) {
	text := rendered(t, JUnit, r)
	_, err := junitreader.Ingest([]byte(text))
	require.NoError(t, err)
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		token, err := d.Token()
		if err == io.EOF {
			return
		}
		require.NoError(t, err)
		switch token := token.(type) {
		case xml.CharData:
			printable(t, strings.ReplaceAll(string(token), "\t", ""))
		case xml.StartElement:
			require.Contains(t, []string{"testsuites", "testsuite", "testcase", "failure", "error", "skipped", "system-out"}, token.Name.Local)
			for _, a := range token.Attr {
				printable(t, a.Value)
			}
		}
	}
}

func htmlIsHarmless(t testing.TB, r suite.Result) {
	text := rendered(t, HTML, r)
	require.True(t, utf8.ValidString(text))
	require.Equal(t, 1, strings.Count(text, "<script"), "the page's own")
	require.Equal(t, 1, strings.Count(text, "<style"), "the page's own")
	require.NotRegexp(t, `<(img|iframe|object|embed|base|form|a href="[^#])`, text)
	require.NotRegexp(t, `<[^>]*\s(on[a-z]+|style|src)\s*=`, strings.ReplaceAll(text, "<script>", ""))
}

func jsonIsHarmless(t testing.TB, r suite.Result) {
	text := rendered(t, JSON, r)
	require.NotContains(t, text, "\x1b")
	if len(r.After.Runs) == 0 {
		return
	}
	_, err := suite.Decode(strings.NewReader(strings.Replace(text, `"schema": ""`, `"schema": "`+suite.Schema+`"`, 1)))
	require.NoError(t, err)
}
