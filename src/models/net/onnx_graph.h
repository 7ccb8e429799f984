#pragma once

#include "models/net/protobuf.h"

#include <cstdint>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace forecart::net {

/// Kinds of numbers as ONNX counts them (TensorProto.DataType).
enum class OnnxType : std::int32_t { float32 = 1, int64 = 7, float64 = 11 };

/// Sizes of a tensor; kAnyBatch: as many windows as are handed over.
using OnnxSizes = std::vector<std::int64_t>;
inline constexpr std::int64_t kAnyBatch = -1;

/// What goes into a graph, or comes out of it.
struct OnnxPort {
  std::string name;
  OnnxType type = OnnxType::float32;
  OnnxSizes sizes;
  std::string text;  ///< what it means, for people
};

/// A setting of an operator.
struct OnnxAttribute {
  std::string name;
  std::variant<std::int64_t, OnnxSizes> value;
};

/// A graph of operators of ONNX, as a model file other programs run (opset 17, IR version 8).
/// Values are told by name. Operators are added in the order in which they are to run.
class OnnxGraph {
 public:
  /// Returns its name.
  std::string input(OnnxPort port);
  /// Gives `value` out under the name of the port.
  void output(OnnxPort port, const std::string& value);

  /// Numbers that never change; `name` is new.
  std::string constant(const std::string& name, const OnnxSizes& sizes,
                       std::span<const float> numbers);
  std::string constant(const std::string& name, const OnnxSizes& sizes,
                       std::span<const double> numbers);
  std::string constant(const std::string& name, const OnnxSizes& sizes,
                       std::span<const std::int64_t> numbers);
  /// A single number.
  std::string number(double value);
  std::string whole(std::int64_t value);
  /// A list of whole numbers.
  std::string wholes(const OnnxSizes& values);

  /// An operator on values; returns the name of what it gives. An input that is left out is "".
  std::string add(const std::string& op, std::initializer_list<std::string> inputs,
                  std::initializer_list<OnnxAttribute> attributes = {});
  /// The same for an operator of several outputs, with the names of those that are wanted; "": not.
  std::vector<std::string> add_several(const std::string& op,
                                       const std::vector<std::string>& inputs,
                                       const std::vector<OnnxAttribute>& attributes,
                                       const std::vector<bool>& wanted);

  /// A word about the model that programs can read (metadata_props).
  void describe(const std::string& key, const std::string& value) { words_[key] = value; }

  const std::vector<OnnxPort>& inputs() const { return inputs_; }
  const std::vector<OnnxPort>& outputs() const { return outputs_; }

  /// The model file. `text` says what it is; `version` is that of the program.
  std::string bytes(std::string_view name, std::string_view version, std::string_view text) const;

 private:
  void tensor(const std::string& name, const OnnxSizes& sizes, OnnxType type,
              std::string_view little_endian);
  std::string fresh(const std::string& op);

  std::vector<OnnxPort> inputs_;
  std::vector<OnnxPort> outputs_;
  std::vector<ProtobufWriter> nodes_;
  std::vector<ProtobufWriter> tensors_;
  std::map<std::string, std::string> words_;
  std::map<std::string, std::string> small_;  // constants of number(), whole() and wholes()
  int values_ = 0;
};

}  // namespace forecart::net
