#include "provider.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <stdexcept>

namespace forecart::testing_oidc {

namespace {

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

struct Pipe {
  std::array<int, 2> ends{};
  Pipe() {
    if (pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
  }
  int read_end() const { return ends[0]; }
  int write_end() const { return ends[1]; }
};

pid_t spawn(const Provider::Place& place, const Pipe& in, const Pipe& out) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.read_end(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.write_end(), STDOUT_FILENO);
  for (const int end : {in.ends[0], in.ends[1], out.ends[0], out.ends[1]}) {
    posix_spawn_file_actions_addclose(&actions, end);
  }
  std::array<std::string, 3> words = {place.node, place.script, place.modules};
  std::array<char*, 4> arguments = {words[0].data(), words[1].data(), words[2].data(), nullptr};
  pid_t process = -1;
  const int failed =
      posix_spawn(&process, place.node.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("node does not start");
  return process;
}

std::string first_line(int from) {
  std::string line;
  char c = 0;
  while (read(from, &c, 1) == 1 && c != '\n') line += c;
  return line;
}

}  // namespace

std::optional<Provider::Place> Provider::place() {
  const std::string modules = variable("FORECART_OIDC_MODULES");
  for (const char* kind : {"x64", "arm64"}) {
    const std::string node = modules + "/node_modules/node-linux-" + kind + "/bin/node";
    if (std::filesystem::exists(node) &&
        std::filesystem::exists(modules + "/node_modules/oidc-provider")) {
      return Place{node, variable("FORECART_OIDC_PROVIDER"), modules};
    }
  }
  return std::nullopt;
}

Provider::Provider(const Place& place) {
  const Pipe in;
  const Pipe out;
  process_ = spawn(place, in, out);
  close(in.read_end());
  close(out.write_end());
  input_ = in.write_end();
  std::istringstream line(first_line(out.read_end()));
  close(out.read_end());
  std::string word;
  line >> word >> issuer_ >> body_issuer_;
  if (body_issuer_.empty()) throw std::runtime_error("the provider does not start");
}

Provider::~Provider() {
  close(input_);
  waitpid(process_, nullptr, 0);
}

}  // namespace forecart::testing_oidc
