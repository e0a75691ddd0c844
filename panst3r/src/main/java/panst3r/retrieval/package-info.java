/**
 * In: what the encoder makes of photos. Out: how alike they are, and which of them make good keyframes. ASMK retrieval where
 * there are weights for it, pooled features where there are none.
 */
package panst3r.retrieval;
