#include "cli/password_input.h"

#include "base/error.h"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <iostream>

namespace forecart {

namespace {

/// The terminal shows nothing of what is typed as long as this lives.
class Hidden {
 public:
  Hidden() {
    tcgetattr(STDIN_FILENO, &before_);
    termios hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  ~Hidden() { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }
  Hidden(const Hidden&) = delete;
  Hidden& operator=(const Hidden&) = delete;

 private:
  termios before_{};
};

std::string line_of_stdin() {
  std::string line;
  if (!std::getline(std::cin, line)) {
    throw Error(ErrorCode::usage, "there is no password on stdin; give it as the first line");
  }
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::string typed(const std::string& prompt) {
  std::cerr << prompt << std::flush;
  const Hidden hidden;
  std::string line = line_of_stdin();
  std::cerr << '\n';
  return line;
}

}  // namespace

std::string read_password(const std::string& user, bool from_stdin) {
  if (from_stdin) return line_of_stdin();
  if (isatty(STDIN_FILENO) == 0) {
    throw Error(ErrorCode::usage,
                "there is no terminal to type a password at; give --password-stdin, and the "
                "password as the first line of stdin");
  }
  std::string password = typed(fmt::format("password of {}: ", user));
  if (typed("the same again: ") != password) {
    throw Error(ErrorCode::usage, "the two passwords differ; try again");
  }
  return password;
}

}  // namespace forecart
