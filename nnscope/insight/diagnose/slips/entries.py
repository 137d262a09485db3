"""All slips of a gradient line, the plainer ones first."""

from nnscope.insight.diagnose.slips.counts import COUNTS
from nnscope.insight.diagnose.slips.factors import FACTORS
from nnscope.insight.diagnose.slips.shaping import SHAPING
from nnscope.insight.diagnose.slips.slip import Slip
from nnscope.insight.diagnose.slips.sums import SUMS
from nnscope.insight.diagnose.slips.swapped import SWAPPED
from nnscope.insight.diagnose.slips.terms import TERMS

GRADIENT_SLIPS: tuple[Slip, ...] = (*FACTORS, *SWAPPED, *SHAPING, *SUMS, *TERMS, *COUNTS)
