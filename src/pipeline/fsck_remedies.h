#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// The parts of "a/b/c".
std::vector<std::string> key_parts(std::string_view key);

/// What can be done about damaged or missing objects of a repository: commands to copy, which name
/// it and the object.
class Remedies {
 public:
  /// Of the repository at `place`, as people write it.
  explicit Remedies(std::string place) : place_(std::move(place)) {}

  /// `named_by` is the record that names the object, "" where none is known; "" where nothing can
  /// be done.
  std::string operator()(const std::string& key, const std::string& named_by = "") const;

 private:
  std::string command(std::string_view words, const std::string& dataset = "") const;
  std::string repair() const { return command("fsck", "") + " --repair"; }
  std::string path(const std::string& key) const;
  std::string remove(const std::string& key) const;
  std::string bring(const std::string& file, const std::string& key) const;
  std::string of_access(const std::string& key) const;
  std::string of_run(const std::vector<std::string>& parts) const;
  std::string of_models(const std::string& named_by) const;

  std::string place_;
};

/// Whether fsck can set aside what is damaged about an object, because forecart makes it anew:
/// fitted states, sales, rejects and their merges, pointers, work, runs, dead letters.
bool can_be_set_aside(const std::string& key);

}  // namespace forecart
