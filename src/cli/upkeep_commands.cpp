#include "cli/commands.h"
#include "cli/number_checks.h"
#include "cli/options.h"
#include "cli/place.h"
#include "cli/telling.h"
#include "cli/terminal_progress.h"
#include "pipeline/copy_repository.h"
#include "pipeline/doctor.h"
#include "pipeline/fsck.h"
#include "pipeline/fsck_repair.h"
#include "pipeline/garbage.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <optional>

namespace forecart {

namespace {

constexpr double kMegabyte = 1e6;

void print_damages(const std::vector<Damage>& damages) {
  for (const Damage& damage : damages) {
    print_text(fmt::format("{}: {}\n", damage.key, damage.what));
    if (!damage.remedy.empty()) print_text(fmt::format("  remedy: {}\n", damage.remedy));
  }
}

/// A line for each kind of note, naming the first objects of it.
void print_kinds(const std::vector<FsckNote>& notes) {
  constexpr std::size_t kShown = 3;
  std::map<std::string, std::vector<const FsckNote*>> kinds;
  for (const FsckNote& note : notes) kinds[note.kind].push_back(&note);
  for (const auto& [kind, own] : kinds) {
    std::string text = fmt::format("{} {}: ", own.size(), kind);
    for (std::size_t i = 0; i < std::min(own.size(), kShown); ++i) {
      text += fmt::format("{}{} ({})", i == 0 ? "" : ", ", own[i]->key, own[i]->what);
    }
    print_note(text + (own.size() > kShown ? ", ... all with --json" : ""));
  }
}

void print_repair(const FsckRepair& repair) {
  for (const std::string& key : repair.removed) {
    print_text(fmt::format("removed: {}: none of its bytes can be read\n", key));
  }
  for (const std::string& key : repair.left) {
    print_text(
        fmt::format("left: {}: its remedy is for people, somebody is at work on it, or what it "
                    "would be made of is gone\n",
                    key));
  }
  print_text(fmt::format("{} objects were set aside to {}, {} damages left\n",
                         repair.set_aside.size(), repair.place, repair.left.size()));
}

void print_check(const FsckReport& report) {
  print_damages(report.damages);
  print_kinds(report.notes);
  print_text(fmt::format("{} objects, {:.1f} MB read: {}\n", report.objects,
                         static_cast<double>(report.bytes) / kMegabyte,
                         report.damages.empty()
                             ? "nothing is damaged"
                             : fmt::format("{} damages", report.damages.size())));
}

struct FsckFlags {
  FsckRequest request;
  bool repair = false;
  std::string repository;
  CommonFlags common;
};

ExitStatus fsck(const FsckFlags& flags) {
  const auto progress = make_progress(parse_progress_mode(flags.common.progress));
  FsckRequest request = flags.request;
  request.repository = flags.repository;
  request.progress = progress.get();
  const FsckReport report = check_repository(request);
  std::optional<FsckRepair> repair;
  if (flags.repair && !report.damages.empty()) {
    repair = repair_repository(request.repository, report);
  }
  if (flags.common.json) {
    nlohmann::json told = to_json(report);
    if (repair) told["repair"] = to_json(*repair);
    print_json(told);
  } else {
    print_check(report);
    if (repair) print_repair(*repair);
  }
  const bool ok = report.damages.empty() || (repair && repair->left.empty());
  return ok ? ExitStatus::ok : ExitStatus::failed;
}

struct GarbageFlags {
  GarbageRequest request;
  std::string repository;
  int keep_days = 30;
  CommonFlags common;
};

ExitStatus gc(const GarbageFlags& flags) {
  const auto progress = make_progress(parse_progress_mode(flags.common.progress));
  GarbageRequest request = flags.request;
  request.repository = flags.repository;
  request.keep_days = std::chrono::days(flags.keep_days);
  request.progress = progress.get();
  const GarbageReport report = collect_garbage(request);
  if (flags.common.json) {
    print_json(to_json(report));
    return ExitStatus::ok;
  }
  for (const auto& [room, amount] : report.freed) {
    print_text(fmt::format("{:<8} {:>8} objects {:>12.1f} MB\n", room, amount.objects,
                           static_cast<double>(amount.bytes) / kMegabyte));
  }
  print_text(fmt::format("{} {} objects, {:.1f} MB; {} runs {}, {} kept\n",
                         request.dry_run ? "would remove" : "removed", report.total.objects,
                         static_cast<double>(report.total.bytes) / kMegabyte, report.runs.size(),
                         request.dry_run ? "would go" : "gone", report.kept_runs));
  return ExitStatus::ok;
}

struct DoctorFlags {
  std::string repository;
  CommonFlags common;
};

ExitStatus doctor(const DoctorFlags& flags) {
  const auto findings = examine(flags.repository);
  if (flags.common.json) {
    print_json(to_json(findings));
  } else {
    for (const Finding& found : findings) {
      print_text(
          fmt::format("{:<4}  {:<18}  {}\n", to_string(found.health), found.name, found.what));
      if (!found.remedy.empty()) print_text(fmt::format("{:>26}remedy: {}\n", "", found.remedy));
    }
  }
  const bool failed = std::any_of(findings.begin(), findings.end(), [](const Finding& found) {
    return found.health == Health::fail;
  });
  return failed ? ExitStatus::failed : ExitStatus::ok;
}

struct CopyFlags {
  CopyRequest request;
  std::string from;
  std::string to;
  CommonFlags common;
};

ExitStatus copy(const CopyFlags& flags) {
  const auto progress = make_progress(parse_progress_mode(flags.common.progress));
  CopyRequest request = flags.request;
  request.from = flags.from;
  request.to = flags.to;
  request.progress = progress.get();
  const CopyReport report = copy_repository(request);
  if (flags.common.json) {
    print_json(to_json(report));
  } else {
    print_damages(report.check.damages);
    print_text(
        fmt::format("{} objects, {:.1f} MB copied, {} were there; the copy {}\n", report.objects,
                    static_cast<double>(report.bytes) / kMegabyte, report.there,
                    report.check.damages.empty() ? "was read again and is whole" : "is damaged"));
  }
  return report.check.damages.empty() ? ExitStatus::ok : ExitStatus::failed;
}

}  // namespace

void add_fsck_command(CLI::App& app, Command& chosen) {
  auto* const command =
      app.add_subcommand("fsck", "Read all of a repository and name every damage, with its remedy");
  const auto flags = std::make_shared<FsckFlags>();
  add_repository_flag(*command, flags->repository);
  command->add_option("--threads", flags->request.threads, "0: all cores")
      ->check(whole_number(0, kMostThreads))
      ->capture_default_str();
  flags->common.add_to(*command);
  command->add_flag("--repair", flags->repair,
                    "move what is damaged and made anew by the next run to lost/");
  command->footer(
      "Exit status 0 only when nothing is damaged, or all of it could be set aside. Changes "
      "nothing "
      "without --repair.");
  command->callback([flags, &chosen] { chosen = [flags] { return fsck(*flags); }; });
}

void add_gc_command(CLI::App& app, Command& chosen) {
  auto* const command =
      app.add_subcommand("gc", "Remove old runs, and what nothing names any more");
  const auto flags = std::make_shared<GarbageFlags>();
  constexpr int kMost = 1000000;
  add_repository_flag(*command, flags->repository);
  command
      ->add_option("--keep", flags->request.keep, "keep the last so many good runs of a data set")
      ->check(whole_number(0, kMost))
      ->capture_default_str();
  command->add_option("--keep-days", flags->keep_days, "and all runs of the last so many days")
      ->check(whole_number(0, kMost))
      ->capture_default_str();
  command->add_flag("--dry-run", flags->request.dry_run, "only tell what would go");
  flags->common.add_to(*command);
  command->footer(
      "The current run stays, and those that kept runs started from. Nothing goes that is not a "
      "day old. Others may work on the repository meanwhile.");
  command->callback([flags, &chosen] { chosen = [flags] { return gc(*flags); }; });
}

void add_doctor_command(CLI::App& app, Command& chosen) {
  auto* const command = app.add_subcommand(
      "doctor", "Look at this machine and a repository for what may stand in the way");
  const auto flags = std::make_shared<DoctorFlags>();
  command->add_option("--repository", flags->repository, "folder or s3://bucket/prefix")
      ->check(place_of_repository())
      ->envname("FORECART_REPOSITORY")
      ->type_name("PLACE");
  flags->common.add_to(*command);
  command->callback([flags, &chosen] { chosen = [flags] { return doctor(*flags); }; });
}

void add_copy_command(CLI::App& app, Command& chosen) {
  auto* const command =
      app.add_subcommand("copy", "Copy a repository to another place and check the copy");
  const auto flags = std::make_shared<CopyFlags>();
  command->add_option("--from", flags->from, "a repository: folder or s3://bucket/prefix")
      ->required()
      ->check(place_of_repository())
      ->type_name("PLACE");
  command->add_option("--to", flags->to, "an empty place, or a copy that was cut off")
      ->required()
      ->check(place_of_repository())
      ->type_name("PLACE");
  bool* const access = &flags->request.access;
  command->add_flag_callback(
      "--without-access", [access] { *access = false; },
      "leave out users, with their hashes of passwords and tokens, and the audit");
  command->add_option("--threads", flags->request.threads, "0: all cores")
      ->check(whole_number(0, kMostThreads))
      ->capture_default_str();
  flags->common.add_to(*command);
  command->footer("Example:\n  forecart copy --from shop --to s3://bucket/shop");
  command->callback([flags, &chosen] { chosen = [flags] { return copy(*flags); }; });
}

}  // namespace forecart
