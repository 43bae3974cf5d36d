module quartermaster.example/interop

go 1.22

require (
	github.com/jessepeterson/mdmb v0.1.0
	github.com/micromdm/scep/v2 v2.3.0
)
