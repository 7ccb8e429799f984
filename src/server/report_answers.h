#pragma once

#include "net/uri.h"
#include "server/identity.h"
#include "server/route_table.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace forecart {

/// What a page asks: GET of a path below /api/v1/, or POST where there is a body.
struct ReportQuestion {
  std::string path;
  NamedValues query = {};
  nlohmann::ordered_json body = nullptr;
};

/// Whose answers a report holds: of one run of a data set.
struct ReportScope {
  std::string dataset;
  std::string run;
  bool current = true;  ///< that run is the current one, which routes take by themselves
};

/// Asks the API in this process, as a viewer of one data set whoever makes the report, and keeps
/// what it is told by the question as pages ask it.
class ReportAnswers {
 public:
  using Json = nlohmann::ordered_json;

  ReportAnswers(const RouteTable& table, ReportScope scope);

  const ReportScope& scope() const { return scope_; }
  /// "datasets/<dataset>/<rest>".
  std::string path(const std::string& rest) const;

  /// The answer; null where there is no such thing. Throws Error for all else that is no success,
  /// and conflict where it is of another run, as one was published meanwhile.
  Json ask(const ReportQuestion& question) const;
  /// The same of a route that takes `run`.
  Json ask_of_run(ReportQuestion question) const;
  /// Nothing is kept of an answer that is null.
  void keep(ReportQuestion question, Json answer);

  /// "datasets/<dataset>/<rest>" as a question.
  ReportQuestion get(const std::string& rest, NamedValues query = {}) const;
  /// Asks as pages do, and keeps it.
  Json take(const std::string& rest, NamedValues query = {});
  Json take_of_run(const std::string& rest, NamedValues query = {});
  Json take_sales(Json body);
  /// Of a table of the run, which pages call "current".
  Json take_table(const std::string& table, const NamedValues& query);

  struct Kept {
    ReportQuestion question;
    Json answer;
  };
  const std::vector<Kept>& kept() const { return kept_; }

 private:
  const RouteTable& table_;
  ReportScope scope_;
  Identity reader_;
  std::vector<Kept> kept_;
};

}  // namespace forecart
