// Package hostile has strings that try to break out of a report. Only tests import it.
package hostile

import "strings"

// Strings are strings that try to control a terminal, to become markup, to break a
// table, or to fill the screen.
var Strings = []string{
	"\x1b[2J\x1b[31mred\x1b[0m",
	"pipe | pipe || end",
	"`code` ``` $math$ *bold* _it_ ~no~ [x](http://example.com) ![i](j)",
	"<script>alert(1)</script> &amp; <!-- --> </td>",
	"line\nbreak\r\n# heading\r- item\t|---|",
	"nul\x00bell\x07del\x7fcsi\u009b2J",
	"right\u202eot tfel\u2066 \u200f\u061cend",
	"wide 世界世界世界世界世界世界世界世界世界 ＡＢＣ 👩‍👩‍👧",
	"marks a" + strings.Repeat("\u0301", 300),
	"bad utf-8 \xff\xfe\x80",
	strings.Repeat("long", 2500),
	strings.Repeat("世", 3400),
	"1. # - + > =",
	"   ",
	"",
}
