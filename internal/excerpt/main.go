// Excerpt puts the beginning of a text that it reads from its standard input
// into a document, as a code block between the marks "excerpt":
//
//	stress report report.json | excerpt [-until LINE] DOCUMENT
//
// -until names the start of the first line that is left out.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/watertight-go/watertight/internal/marked"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stderr)) }

func run(args []string, stdin io.Reader, stderr io.Writer) int {
	flags := flag.NewFlagSet("excerpt", flag.ContinueOnError)
	flags.SetOutput(stderr)
	until := flags.String("until", "", "the start of the first line that is left out")
	if flags.Parse(args) != nil {
		return 2
	}
	if flags.NArg() != 1 {
		fmt.Fprintf(stderr, "excerpt: got %d arguments, want the document\n", flags.NArg())
		return 2
	}
	text, err := io.ReadAll(stdin)
	if err == nil {
		err = marked.ReplaceFile(flags.Arg(0), "excerpt", block(string(text), *until))
	}
	if err != nil {
		fmt.Fprintf(stderr, "excerpt: %v\n", err)
		return 1
	}
	return 0
}

// block is a code block with the lines of a text before the one that starts
// with until.
func block(text, until string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if until != "" && strings.HasPrefix(line, until) {
			break
		}
		b.WriteString(line)
	}
	return "```\n" + strings.TrimRight(b.String(), "\n") + "\n```\n"
}
