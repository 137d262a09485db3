"""All slips by the phase of the lines that they are made in, the plainer ones first."""

from collections.abc import Mapping

from nnscope.insight.diagnose.slips.costs import COST_SLIPS
from nnscope.insight.diagnose.slips.counts import COUNTS
from nnscope.insight.diagnose.slips.factors import FACTORS
from nnscope.insight.diagnose.slips.shaping import SHAPING
from nnscope.insight.diagnose.slips.slip import Slip
from nnscope.insight.diagnose.slips.sums import SUMS
from nnscope.insight.diagnose.slips.swapped import SWAPPED
from nnscope.insight.diagnose.slips.terms import TERMS
from nnscope.insight.diagnose.slips.updating import UPDATE_SLIPS
from nnscope.program.model import Phase

GRADIENT_SLIPS: tuple[Slip, ...] = (*FACTORS, *SWAPPED, *SHAPING, *SUMS, *TERMS, *COUNTS)

SLIPS_OF: Mapping[Phase, tuple[Slip, ...]] = {
    Phase.FORWARD: (),
    Phase.LOSS: COST_SLIPS,
    Phase.BACKWARD: GRADIENT_SLIPS,
    Phase.UPDATE: UPDATE_SLIPS,
}
