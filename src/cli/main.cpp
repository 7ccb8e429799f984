#include "cli/commands.h"

int main(int argc, char** argv) { return forecart::run_program(argc, argv); }
