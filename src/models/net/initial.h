#pragma once

#include "base/random.h"
#include "models/net/layout.h"

namespace forecart::net {

/// How what adds to the outputs starts: the output layer, the linear skip and A of the local
/// decoder.
enum class OutputStart {
  zero,    ///< all zero: the network starts by saying nothing, and the forecast as its skip
  glorot,  ///< as other dense layers
};

/// Starting parameters. Uniform within sqrt(6 / (in + out)) [Glorot2010 eq. 16] for the inputs of
/// gates and for dense layers that end in no relu, within sqrt(6 / in) [He2015 eq. 10] for those
/// that do, within 1 / sqrt(hidden) for the recurrent part; embeddings normal with standard
/// deviation 1 / sqrt(size); forget bias 1 [Jozefowicz2015], the other biases zero.
AlignedVector<float> initial_parameters(const ParameterLayout& layout, Generator& generator,
                                        OutputStart start = OutputStart::zero);

}  // namespace forecart::net
