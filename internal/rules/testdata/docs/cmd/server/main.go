// Command server answers /ask with what its upstream says.
package main

import (
	"log"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/ask", ask)
	log.Fatal(http.ListenAndServe(os.Getenv("ADDR"), nil))
}

func ask(w http.ResponseWriter, r *http.Request) {
	request, err := http.NewRequestWithContext(r.Context(), http.MethodGet, os.Getenv("UPSTREAM_URL"), nil)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer answer.Body.Close()
	w.WriteHeader(answer.StatusCode)
}
