// Package webpage has what all pages of reports share: the head, the style and the choice of
// the colour scheme. A page needs no other file and no network.
package webpage

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
)

//go:embed base.css theme.js head.html.tmpl
var files embed.FS

// Page is what the template "head" shows. Templates of pages get a struct that embeds it.
type Page struct {
	Title, Policy string
	Style         template.CSS
	Script        template.JS
}

// New is a page with a style besides the shared one, and a script. Its policy allows these
// two and nothing else.
func New(title, style, script string) Page {
	style = read("base.css") + style
	return Page{
		Title: title, Style: template.CSS(style), Script: template.JS(script),
		Policy: fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; img-src data:; base-uri 'none'; form-action 'none'", Hash(style), Hash(script)),
	}
}

// OnlyTheme is the script of a page that has no other.
func OnlyTheme() string { return "(() => {\n\"use strict\";\n" + Theme() + "theme();\n})();\n" }

// Theme is the script with the function theme, which makes a button with the id "theme"
// choose the colour scheme.
func Theme() string { return read("theme.js") }

// Templates is a set with the template "head", which begins a page.
func Templates(funcs template.FuncMap) *template.Template {
	return template.Must(template.New("").Funcs(funcs).ParseFS(files, "*.tmpl"))
}

// Hash is the name of an element's content in a Content-Security-Policy.
func Hash(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// read is a file of this package, which the compiler has put in.
func read(name string) string {
	text, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return string(text)
}
