// Package format writes figures, places in the source and shell words as short
// text for people.
package format

import (
	"fmt"
	"math"
	"path"
	"strings"
	"time"
)

// Duration has at most three significant digits.
func Duration(d time.Duration) string {
	switch {
	case d <= -time.Hour || d >= time.Hour:
		return fmt.Sprintf("%.1f h", d.Hours())
	case d <= -time.Minute || d >= time.Minute:
		return fmt.Sprintf("%.1f min", d.Minutes())
	case d <= -time.Second || d >= time.Second:
		return fmt.Sprintf("%.2f s", d.Seconds())
	case d <= -time.Millisecond || d >= time.Millisecond:
		return fmt.Sprintf("%.3g ms", float64(d)/float64(time.Millisecond))
	}
	return fmt.Sprintf("%d us", d.Microseconds())
}

// Unit is a scale with its name, as KiB or days.
type Unit struct {
	Name  string
	Scale float64
	// Negative is the text for values below zero; empty shows the value.
	Negative string
}

// Seconds is a duration as JUnit has it: seconds with three decimals.
func Seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }

// Amount is a number that need not be whole, with three digits or two decimals.
func Amount(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// Size is a number of bytes in KiB, MiB or GiB.
func Size(n float64) string {
	u := ByteUnit(n)
	return fmt.Sprintf("%.1f %s", n/u.Scale, u.Name)
}

// ByteUnit is the unit that suits a number of bytes.
func ByteUnit(n float64) Unit {
	switch a := math.Abs(n); {
	case a >= 1<<30:
		return Unit{Name: "GiB", Scale: 1 << 30}
	case a >= 1<<20:
		return Unit{Name: "MiB", Scale: 1 << 20}
	}
	return Unit{Name: "KiB", Scale: 1 << 10}
}

// Place is a source line as "folder/file.go:31", with the last folder only: it
// is the same on every machine.
func Place(file string, line int) string {
	if file == "" {
		return "an unknown place"
	}
	file = strings.ReplaceAll(file, `\`, "/")
	if dir := path.Base(path.Dir(file)); dir != "." && dir != "/" {
		file = dir + "/" + path.Base(file)
	}
	return fmt.Sprintf("%s:%d", file, line)
}

// Function is the name of a function or method without its package and receiver.
func Function(name string) string {
	head, _, _ := strings.Cut(name, "[") // type arguments are import paths too
	head = head[strings.LastIndex(head, "/")+1:]
	if _, method, found := strings.Cut(head, ")."); found {
		return method
	}
	if _, name, found := strings.Cut(head, "."); found {
		return name
	}
	return head
}

// Shell quotes a word for a POSIX shell, if it has to be quoted.
func Shell(s string) string {
	const safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=+@,%"
	if s != "" && strings.Trim(s, safe) == "" && !strings.HasPrefix(s, "-") {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
