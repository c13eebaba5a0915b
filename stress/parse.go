package stress

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/watertight-go/watertight/internal/nearest"
)

// errHelpPrinted says that the help was printed and nothing is to run.
var errHelpPrinted = errors.New("help was printed")

// parse reads the command line. Both -flag and --flag are understood.
func parse(args []string, stdout io.Writer) (*cli, string, error) {
	c := &cli{}
	helped := false
	k, err := kong.New(c, kong.Name("stress"), kong.Description(description),
		kong.Writers(stdout, stdout),
		kong.Exit(func(int) { helped = true }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
		kong.ValueFormatter(func(v *kong.Value) string { return withDefault(v) }))
	if err != nil {
		return nil, "", fmt.Errorf("command line: %w", err)
	}
	args, c.Test.testArgs = cutTestArgs(args)
	if len(args) > 0 && args[0] == "test" {
		if err := refused(args); err != nil {
			return nil, "", err
		}
	}
	args, err = goFlags(k.Model, args)
	if err != nil {
		return nil, "", err
	}
	parsed, err := k.Parse(args)
	if helped {
		return c, "", errHelpPrinted
	}
	if err != nil {
		if unknown := unknownCommand(k.Model, args); unknown != nil {
			return nil, "", unknown
		}
		return nil, "", fmt.Errorf("%w (stress -help shows what is allowed)", err)
	}
	return c, parsed.Selected().Name, nil
}

// unknownCommand is the error for a first argument that is neither a flag nor a
// command; nil where it is one of them.
func unknownCommand(app *kong.Application, args []string) error {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		return nil
	}
	var known []string
	for _, n := range app.Children {
		known = append(known, n.Name)
	}
	if slices.Contains(known, args[0]) {
		return nil
	}
	return nearest.Unknown("command", args[0], known, "")
}

// withDefault is the help of a flag with its default. Kong leaves the default out
// where there is a placeholder.
func withDefault(v *kong.Value) string {
	if v.HasDefault && v.Default != "" && !strings.Contains(v.Help, "Default:") {
		return fmt.Sprintf("%s Default: %s.", v.Help, v.Default)
	}
	return v.Help
}

// goFlags rewrites -flag, as Go's own tools spell flags, to --flag. It joins a flag
// and its value with "=", so that a value may begin with a dash.
func goFlags(app *kong.Application, args []string) ([]string, error) {
	takesValue, short := map[string]bool{}, map[string]bool{}
	for _, group := range commandOf(app, args).AllFlags(false) {
		for _, f := range group {
			takesValue[f.Name] = !f.IsBool()
			short[string(f.Short)] = true
		}
	}
	var out []string
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "--" {
			return append(out, args[i:]...), nil
		}
		name := strings.TrimLeft(arg, "-")
		dashes := len(arg) - len(name)
		if dashes == 0 || dashes > 2 || len(name) < 2 {
			out = append(out, arg)
			continue
		}
		if flag, value, joined := strings.Cut(name, "="); joined && short[flag] {
			out = append(out, "-"+flag, value)
			continue
		}
		arg = "--" + name
		if takesValue[name] {
			if i+1 == len(args) {
				return nil, fmt.Errorf("flag -%s: got no value, want one", name)
			}
			i++
			arg += "=" + args[i]
		}
		out = append(out, arg)
	}
	return out, nil
}

// commandOf is the command that the arguments name, or the one that runs without a name.
// A flag such as -bench takes a value in one command and none in another.
func commandOf(app *kong.Application, args []string) *kong.Node {
	for _, n := range app.Children {
		if len(args) > 0 && n.Name == args[0] {
			return n
		}
	}
	return app.DefaultCmd
}

// oneOf refuses a value that is not among the known ones. what names the kind of
// value.
func oneOf(flag, what, got string, known ...string) error {
	if slices.Contains(known, got) {
		return nil
	}
	return fmt.Errorf("%s: %w", flag, nearest.Unknown(what, got, known, ""))
}
